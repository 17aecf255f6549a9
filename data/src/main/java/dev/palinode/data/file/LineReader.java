package dev.palinode.data.file;

import dev.palinode.data.DataException;
import dev.palinode.data.Place;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The lines of a text file as bytes. One that is too long takes no more memory than the limit. Not
 * thread-safe.
 */
final class LineReader implements Closeable {
  private final Path file;
  private final TextFile text;
  private final int maxLineBytes;

  /** Bytes that were read and belong to no line yet: from {@code position} to {@code limit}. */
  private final byte[] chunk = new byte[1 << 16];

  private int position;
  private int limit;

  private byte[] line = new byte[1 << 10];
  private int length;
  private boolean isTooLong;
  private long number;

  LineReader(Path file, int maxLineBytes) throws IOException {
    this.file = file;
    this.maxLineBytes = maxLineBytes;
    this.text = new TextFile(file);
  }

  /** About which share of the file has been read, 0 to 1. */
  double share() {
    return text.share();
  }

  /**
   * Goes to the next line; false at the end of the file.
   *
   * @throws DataException if the file's packing is damaged; lines that were whole before have been
   *     given out, and there are no more
   */
  boolean next() throws IOException {
    if (position == limit && !fill(number + 1)) {
      return false;
    }
    number++;
    length = 0;
    isTooLong = false;
    boolean isEnded = false;
    while (!isEnded && (position < limit || fill(number))) {
      int end = position;
      while (end < limit && chunk[end] != '\n') {
        end++;
      }
      append(position, end - position);
      isEnded = end < limit;
      position = isEnded ? end + 1 : limit;
    }
    if (length > 0 && line[length - 1] == '\r') {
      length--;
    }
    isTooLong |= length > maxLineBytes;
    return true;
  }

  /** The bytes of the line, and others after its {@link #length}; valid until the next line. */
  byte[] bytes() {
    return line;
  }

  /** Bytes of the line, without {@code \n} or {@code \r\n} at its end. */
  int length() {
    return length;
  }

  /** Whether the line was longer than the limit; then only its beginning is here. */
  boolean isTooLong() {
    return isTooLong;
  }

  /** Number of the line read last, from 1; 0 before the first. */
  long number() {
    return number;
  }

  @Override
  public void close() throws IOException {
    text.close();
  }

  private void append(int from, int count) {
    int kept = Math.min(count, maxLineBytes + 1 - length); // one more: it may be a \r
    isTooLong |= kept < count;
    if (length + kept > line.length) {
      int doubled = (int) Math.min(2L * line.length, maxLineBytes + 1L);
      line = Arrays.copyOf(line, Math.max(length + kept, doubled));
    }
    System.arraycopy(chunk, from, line, length, kept);
    length += kept;
  }

  private boolean fill(long current) throws IOException {
    position = 0;
    limit = 0;
    try {
      limit = Math.max(0, text.bytes().read(chunk));
    } catch (DataException e) {
      throw e.at(Place.line(file, current));
    }
    return limit > 0;
  }
}
