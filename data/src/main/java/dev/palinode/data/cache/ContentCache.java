package dev.palinode.data.cache;

import dev.palinode.data.record.DataException;
import dev.palinode.data.record.SourceLocation;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.io.input.RandomAccessFileInputStream;
import org.apache.commons.io.input.UnsynchronizedBufferedInputStream;
import org.apache.commons.io.output.UnsynchronizedByteArrayOutputStream;
import org.apache.commons.lang3.Validate;

/**
 * Persistent key-value cache in an append-only JSON Lines file, so that a repeated or resumed run
 * computes nothing twice.
 *
 * <p>When {@link #put} returns, the value has been written to the operating system and survives a
 * crash of this process. Values are synced to disk about once a second while more are put, and on
 * closing. A truncated last line is dropped, and the file repaired, when the file is next opened.
 * Any other line without a value is an error, because the file is damaged or not a cache.
 *
 * <p>A file can be open in one cache at a time. Keys are kept in memory, about 100 bytes per value;
 * values are read from the file on demand. Thread-safe; interrupts do not close the file.
 */
public final class ContentCache<V> implements Closeable {
  /** Maximum bytes of a line; a longer one is not from this cache. */
  private static final int LONGEST_LINE = 1 << 24;

  private static final long FORCE_AFTER_NANOS = 1_000_000_000L;
  private static final String LINE_START = "{\"key\":\"";

  /** Position of a line in the file, in bytes. */
  private record Place(long start, int length) {}

  private final Path path;
  private final ValueFormat<V> values;
  private final RandomAccessFile file; // not a FileChannel: an interrupt would close that
  private final Map<ContentKey, Place> places = new HashMap<>();
  private long end;
  private long forcedAt = System.nanoTime();
  private boolean isOpen = true;

  private ContentCache(Path path, ValueFormat<V> values, RandomAccessFile file) {
    this.path = path;
    this.values = values;
    this.file = file;
  }

  /**
   * Opens a file and reads all its lines. The file and its folder are created if missing.
   *
   * @param values format of its values
   * @throws DataException if a line has no value, or a cache has the file open, in any process
   * @throws IOException if the file cannot be read or written
   */
  public static <V> ContentCache<V> open(Path path, ValueFormat<V> values) throws IOException {
    Path folder = path.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    if (Files.isDirectory(path)) {
      throw new DataException(
          path, "a folder; expected the name of a file of " + values.noun() + "s");
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
        return; // the lock lasts until the file is closed
      }
    } catch (OverlappingFileLockException e) {
      // held by this process
    }
    throw new DataException(
        path,
        "another run writes " + values.noun() + "s there; wait for its end, or name another file");
  }

  private void readAll() throws IOException {
    InputStream bytes =
        new UnsynchronizedBufferedInputStream.Builder()
            .setInputStream(RandomAccessFileInputStream.builder().setRandomAccessFile(file).get())
            .get();
    UnsynchronizedByteArrayOutputStream line = UnsynchronizedByteArrayOutputStream.builder().get();
    long number = 1;
    for (int next = bytes.read(); next >= 0; next = bytes.read()) {
      if (next == '\n') {
        enter(line.toByteArray(), number++);
        line.reset();
        continue;
      }
      line.write(next);
      if (line.size() > LONGEST_LINE) {
        throw damaged(number, new IOException("a line of more than " + LONGEST_LINE + " bytes"));
      }
    }
    if (line.size() > 0) {
      dropCutOff(line.toString(StandardCharsets.UTF_8), number);
    }
  }

  private void enter(byte[] line, long number) throws IOException {
    try {
      places.putIfAbsent(values.parse(line).key(), new Place(end, line.length));
      end += line.length + 1L;
    } catch (IOException e) {
      throw damaged(number, e);
    }
  }

  private DataException damaged(long number, IOException problem) {
    return new DataException(
        SourceLocation.line(path, number),
        problem.getMessage() + "; without that line, its value is asked for again",
        problem);
  }

  /**
   * Drops a truncated last line if it is the start of a cache line; otherwise this is another file.
   */
  private void dropCutOff(String begun, long number) throws IOException {
    if (!begun.startsWith(LINE_START) && !LINE_START.startsWith(begun)) {
      String problem = "not a file of " + values.noun() + "s: the line is not the start of one";
      throw new DataException(SourceLocation.line(path, number), problem, null);
    }
    file.setLength(end);
  }

  /** Number of cached values. */
  public synchronized int size() {
    return places.size();
  }

  /** The cached value of a key. */
  public synchronized Optional<V> get(ContentKey key) {
    requireOpen();
    Place place = places.get(key);
    try {
      return place == null ? Optional.empty() : Optional.of(read(place));
    } catch (IOException e) {
      throw problem("read", e);
    }
  }

  private V read(Place place) throws IOException {
    if (file.length() < place.start() + place.length()) {
      throw new IOException("the file has become shorter");
    }
    byte[] line = new byte[place.length()];
    file.seek(place.start());
    file.readFully(line);
    return values.parse(line).value();
  }

  /**
   * Adds a value, unless its key has one already.
   *
   * @throws IllegalArgumentException if the format rejects it, or its line is longer than 16 MiB
   */
  public synchronized void put(ContentKey key, V value) {
    requireOpen();
    try {
      byte[] line = values.line(key, value);
      Validate.isTrue(
          line.length <= LONGEST_LINE,
          "a %s of %s bytes: expected at most %s",
          values.noun(),
          line.length,
          LONGEST_LINE);
      if (places.containsKey(key)) {
        return;
      }
      file.seek(end); // overwrites what a failed write left
      file.write(line);
      places.put(key, new Place(end, line.length));
      end += line.length;
      if (System.nanoTime() - forcedAt > FORCE_AFTER_NANOS) {
        force();
      }
    } catch (IOException e) {
      throw problem("written", e);
    }
  }

  private UncheckedIOException problem(String verb, IOException e) {
    return new UncheckedIOException(
        path + ": a " + values.noun() + " cannot be " + verb + ": " + e.getMessage(), e);
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

  /** Syncs values to disk and releases the file. */
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
