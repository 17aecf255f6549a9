package dev.palinode.data.cache;

import dev.palinode.data.DataException;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * Values by what they were asked for, in a JSON Lines file that only grows, so that a run that is
 * repeated or was interrupted asks for nothing twice.
 *
 * <p>A value is with the operating system when {@link #put} returns, and so survives the end of
 * this process, however it ends; it is forced to disk after a second at the latest when values keep
 * coming, and on closing. Of a line that was cut off nothing is lost but that value: it is dropped,
 * and the file repaired, when the file is opened next. Any other line that holds no value is an
 * error: it is damage, or another file, and neither should be overlooked.
 *
 * <p>One cache at a time may have a file open. Keys are in memory, 36 to 72 bytes a value; values
 * are read from the file when they are asked for. Thread-safe, and not disturbed by interrupts.
 *
 * @param <V> the kind of value
 */
public final class ContentCache<V> implements Closeable {
  private static final long FORCE_AFTER_NANOS = 1_000_000_000L;

  private final Path path;
  private final ValueFormat<V> values;
  private final EntryFormat<V> entries;
  private final RandomAccessFile file; // not a FileChannel: an interrupt would close that
  private final KeyTable table = new KeyTable();
  private long end;
  private long forcedAt = System.nanoTime();
  private boolean wasRepaired;
  private boolean isOpen = true;

  private ContentCache(Path path, ValueFormat<V> values, RandomAccessFile file) {
    this.path = path;
    this.values = values;
    this.entries = new EntryFormat<>(values);
    this.file = file;
  }

  /**
   * Opens a file, which is made if it is not there, as is its folder. All lines are read.
   *
   * @param values how its values are written
   * @throws DataException if a line holds no value, or another process or this one has the file
   *     open
   * @throws IOException if the file cannot be read or written
   */
  public static <V> ContentCache<V> open(Path path, ValueFormat<V> values) throws IOException {
    Path folder = path.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    if (Files.isDirectory(path)) {
      throw new DataException(
          path, 0, "a folder; expected the name of a file of " + values.noun() + "s");
    }
    RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
    try {
      ContentCache<V> cache = new ContentCache<>(path, values, file);
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
        path,
        0,
        "another run writes " + values.noun() + "s there; wait for its end, or name another file");
  }

  private void readAll() throws IOException {
    WholeLines lines = new WholeLines(file);
    for (byte[] line = lines.next(); line != null; line = lines.next()) {
      try {
        table.add(entries.parse(line).key(), lines.start());
      } catch (IOException e) {
        throw new DataException(
            path,
            lines.number(),
            e.getMessage() + "; without that line, what it stood for is asked again",
            e);
      }
    }
    end = lines.end();
    byte[] rest = lines.rest();
    if (rest.length > 0) {
      requireBeginningOfLine(rest, lines.number() + 1);
      file.setLength(end);
      wasRepaired = true;
    }
  }

  /** What was cut off must have been ours, or the wrong file would lose its last line. */
  private void requireBeginningOfLine(byte[] rest, long line) throws DataException {
    String begun = new String(rest, StandardCharsets.UTF_8);
    if (!begun.startsWith(EntryFormat.START) && !EntryFormat.START.startsWith(begun)) {
      throw new DataException(
          path, line, "not a file of " + values.noun() + "s: the line is not the start of one");
    }
  }

  /** Whether the last line was cut off when the file was opened, and has been dropped. */
  public boolean wasRepaired() {
    return wasRepaired;
  }

  /** How many values are kept. */
  public synchronized int size() {
    return table.size();
  }

  /** The value that is kept under a key. */
  public synchronized Optional<V> get(ContentKey key) {
    requireOpen();
    long place = table.place(key);
    try {
      return place == KeyTable.ABSENT ? Optional.empty() : Optional.of(read(place));
    } catch (IOException e) {
      throw new UncheckedIOException(
          path + ": a " + values.noun() + " cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Keeps a value, unless there is one under its key: the first stands.
   *
   * @throws IllegalArgumentException if it is none to keep, or its line has more than 16 MiB
   */
  public synchronized void put(ContentKey key, V value) {
    requireOpen();
    byte[] line = entries.line(key, value);
    if (line.length > WholeLines.LONGEST) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a %s of %d bytes: expected at most %d",
              values.noun(),
              line.length,
              WholeLines.LONGEST));
    }
    if (table.place(key) != KeyTable.ABSENT) {
      return;
    }
    try {
      file.seek(end); // after a write that failed: over what it left
      file.write(line);
      table.add(key, end);
      end += line.length;
      if (System.nanoTime() - forcedAt > FORCE_AFTER_NANOS) {
        force();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          path + ": a " + values.noun() + " cannot be written: " + e.getMessage(), e);
    }
  }

  private V read(long place) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    byte[] buffer = new byte[1024];
    file.seek(place);
    while (true) {
      int count = file.read(buffer);
      for (int i = 0; i < count; i++) {
        if (buffer[i] == '\n') {
          line.write(buffer, 0, i);
          return entries.parse(line.toByteArray()).value();
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

  /** Forces values to disk and gives the file free. */
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
