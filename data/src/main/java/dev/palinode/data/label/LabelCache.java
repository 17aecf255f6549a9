package dev.palinode.data.label;

import dev.palinode.data.DataException;
import dev.palinode.guard.Verdict;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Verdicts by what was judged, in a JSON Lines file that only grows, so that a run that is repeated
 * or was interrupted asks no judge twice. Each line has a key, a label and a reason; where in the
 * answer the unsafe part begins is not kept. Undecided verdicts are not kept either: the next run
 * asks again.
 *
 * <p>A label is with the operating system when {@link #put} returns, and so survives the end of
 * this process, however it ends; it is forced to disk after a second at the latest when labels keep
 * coming, and on closing. Of a line that was cut off nothing is lost but that label: it is dropped,
 * and the file repaired, when the file is opened next. Any other line that is no label is an error:
 * it is damage, or another file, and neither should be overlooked.
 *
 * <p>One cache at a time may have a file open. Keys are in memory, 36 to 72 bytes a label; labels
 * and reasons are read from the file when they are asked for. Thread-safe, and not disturbed by
 * interrupts.
 */
public final class LabelCache implements Closeable {
  private static final long FORCE_AFTER_NANOS = 1_000_000_000L;

  private final Path path;
  private final RandomAccessFile file; // not a FileChannel: an interrupt would close that
  private final LabelTable table = new LabelTable();
  private long end;
  private long forcedAt = System.nanoTime();
  private boolean wasRepaired;
  private boolean isOpen = true;

  private LabelCache(Path path, RandomAccessFile file) {
    this.path = path;
    this.file = file;
  }

  /**
   * Opens a file, which is made if it is not there, as is its folder.
   *
   * @throws DataException if a line is no label, or another process or this one has the file open
   * @throws IOException if the file cannot be read or written
   */
  public static LabelCache open(Path path) throws IOException {
    Path folder = path.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    if (Files.isDirectory(path)) {
      throw new DataException(path, 0, "a folder; expected the name of a file of labels");
    }
    RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
    try {
      LabelCache cache = new LabelCache(path, file);
      cache.lock();
      cache.readAll();
      return cache;
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private void lock() throws IOException {
    try {
      if (file.getChannel().tryLock() != null) {
        return; // held until the file is closed
      }
    } catch (OverlappingFileLockException e) {
      // held by this process
    }
    throw new DataException(
        path, 0, "another run writes labels there; wait for its end, or name another file");
  }

  private void readAll() throws IOException {
    LabelLines lines = new LabelLines(file);
    for (byte[] line = lines.next(); line != null; line = lines.next()) {
      try {
        table.add(LabelRow.parse(line).key(), lines.start());
      } catch (IOException e) {
        throw new DataException(
            path,
            lines.number(),
            e.getMessage() + "; without that line, what it stood for is judged again",
            e);
      }
    }
    end = lines.end();
    byte[] rest = lines.rest();
    if (rest.length > 0) {
      requireBeginningOfRow(rest, lines.number() + 1);
      file.setLength(end);
      wasRepaired = true;
    }
  }

  /** What was cut off must have been ours, or the wrong file would lose its last line. */
  private void requireBeginningOfRow(byte[] rest, long line) throws DataException {
    String begun = new String(rest, StandardCharsets.UTF_8);
    if (!begun.startsWith(LabelRow.START) && !LabelRow.START.startsWith(begun)) {
      throw new DataException(path, line, "not a file of labels: the line is not the start of one");
    }
  }

  /** Whether the last line was cut off when the file was opened, and has been dropped. */
  public boolean wasRepaired() {
    return wasRepaired;
  }

  /** Labels that are kept. */
  public synchronized int size() {
    return table.size();
  }

  /** The verdict that is kept under a key. */
  synchronized Optional<Verdict> get(LabelKey key) {
    requireOpen();
    long place = table.place(key);
    try {
      return place == LabelTable.ABSENT ? Optional.empty() : Optional.of(read(place).verdict());
    } catch (IOException e) {
      throw new UncheckedIOException(path + ": a label cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Keeps a verdict, unless there is one under its key: the first stands.
   *
   * @throws IllegalArgumentException if it is undecided
   */
  synchronized void put(LabelKey key, Verdict verdict) {
    requireOpen();
    if (verdict.label() == Verdict.Label.UNDECIDED) {
      throw new IllegalArgumentException("an undecided verdict is no label: ask again later");
    }
    if (table.place(key) != LabelTable.ABSENT) {
      return;
    }
    byte[] line = LabelRow.of(key, verdict).line();
    try {
      file.seek(end); // after a write that failed: over what it left
      file.write(line);
      table.add(key, end);
      end += line.length;
      if (System.nanoTime() - forcedAt > FORCE_AFTER_NANOS) {
        force();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(path + ": a label cannot be written: " + e.getMessage(), e);
    }
  }

  private LabelRow read(long place) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    byte[] buffer = new byte[256];
    file.seek(place);
    while (true) {
      int count = file.read(buffer);
      for (int i = 0; i < count; i++) {
        if (buffer[i] == '\n') {
          line.write(buffer, 0, i);
          return LabelRow.parse(line.toByteArray());
        }
      }
      if (count <= 0) {
        throw new IOException("the file has become shorter");
      }
      line.write(buffer, 0, count);
    }
  }

  private void force() throws IOException {
    file.getFD().sync();
    forcedAt = System.nanoTime();
  }

  private void requireOpen() {
    if (!isOpen) {
      throw new IllegalStateException(path + " is closed");
    }
  }

  /** Forces labels to disk and gives the file free. */
  @Override
  public synchronized void close() throws IOException {
    if (isOpen) {
      isOpen = false;
      try (RandomAccessFile closing = file) {
        closing.setLength(end);
        force();
      }
    }
  }
}
