package dev.palinode.data.file;

import dev.palinode.data.DataException;
import dev.palinode.data.Place;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The lines of a text file as slices of one buffer: no line is copied, and one that is too long
 * takes no more memory than the limit.
 *
 * <p>Line ends are found eight bytes at a time; on the way it is noted whether a line is plain
 * ASCII, so that only the others need a check of their encoding. Not thread-safe.
 */
final class LineReader implements Closeable {
  /** Bytes of an over-long line that are kept to be shown. */
  private static final int KEPT_BYTES = 4096;

  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final long LINE_ENDS = ONES * '\n';

  private static final int CHUNK = 1 << 16;

  private final Path file;
  private final OpenText text;
  private final InputStream in;
  private final int maxLineBytes;
  private byte[] buffer = new byte[CHUNK];

  /** What is read and not yet given out: from {@code position} to {@code limit}. */
  private int position;

  private int limit;
  private long line;

  private byte[] slice = buffer;
  private int start;
  private int end;
  private boolean ascii;
  private boolean tooLong;

  LineReader(Path file, int maxLineBytes) throws IOException {
    this.file = file;
    this.maxLineBytes = maxLineBytes;
    this.text = TextBytes.open(file);
    this.in = text.bytes();
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
    if (position == limit && !fill()) {
      return false;
    }
    line++;
    ascii = true;
    tooLong = false;
    int at = nextLineEnd();
    if (at < 0) {
      keepBeginning(position, limit - position);
      skipToLineEnd();
      return true;
    }
    slice = buffer;
    start = position;
    position = Math.min(limit, at + 1);
    end = at > start && buffer[at - 1] == '\r' ? at - 1 : at;
    if (end - start > maxLineBytes) {
      keepBeginning(start, end - start);
    }
    return true;
  }

  /** The array in which the line lies; good until the next call of {@link #next}. */
  byte[] bytes() {
    return slice;
  }

  int start() {
    return start;
  }

  /** Behind the last byte of the line; its {@code \n} or {@code \r\n} is not part of it. */
  int end() {
    return end;
  }

  /** Whether all bytes of the line are ASCII. */
  boolean ascii() {
    return ascii;
  }

  /** Whether the line was longer than the limit; then only its beginning is here. */
  boolean tooLong() {
    return tooLong;
  }

  /** Number of the line read last, from 1; 0 before the first. */
  long line() {
    return line;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /** The place of this line's end, for which it reads on; -1 if the line is too long to be kept. */
  private int nextLineEnd() throws IOException {
    int at = lineEnd(position);
    while (at == limit) {
      int scanned = at - position;
      if (scanned - 1 > maxLineBytes) { // one more than the limit may be a \r
        return -1;
      }
      if (!fill()) {
        return limit;
      }
      at = lineEnd(position + scanned);
    }
    return at;
  }

  /** The place of the first line end from there on, or {@code limit}. */
  private int lineEnd(int from) {
    long seen = 0;
    int at = from;
    for (; at + Long.BYTES <= limit; at += Long.BYTES) {
      long word = (long) WORDS.get(buffer, at);
      long other = word ^ LINE_ENDS;
      long found = (other - ONES) & ~other & HIGH_BITS; // its lowest bit marks the first line end
      if (found != 0) {
        int before = Long.numberOfTrailingZeros(found) & ~7;
        ascii &= ((seen | (word & ((1L << before) - 1))) & HIGH_BITS) == 0;
        return at + before / Byte.SIZE;
      }
      seen |= word;
    }
    for (; at < limit && buffer[at] != '\n'; at++) {
      seen |= buffer[at]; // a negative byte sets all the high bits
    }
    ascii &= (seen & HIGH_BITS) == 0;
    return at;
  }

  /** Reads more behind what is there, which it moves to the buffer's beginning. */
  private boolean fill() throws IOException {
    int kept = limit - position;
    if (kept == buffer.length) {
      buffer =
          Arrays.copyOf(buffer, (int) Math.min(2L * buffer.length, (long) maxLineBytes + CHUNK));
    } else {
      System.arraycopy(buffer, position, buffer, 0, kept);
    }
    position = 0;
    limit = kept;
    int read;
    try {
      read = in.read(buffer, kept, buffer.length - kept);
    } catch (DataException e) {
      limit = 0; // the rest is a part of a line
      throw e.at(Place.line(file, kept > 0 ? line : line + 1));
    }
    limit += Math.max(0, read);
    return read > 0;
  }

  private void keepBeginning(int from, int length) {
    slice = Arrays.copyOfRange(buffer, from, from + Math.min(KEPT_BYTES, length));
    start = 0;
    end = slice.length;
    tooLong = true;
  }

  private void skipToLineEnd() throws IOException {
    int at = limit;
    while (at == limit) {
      position = limit;
      if (!fill()) {
        return;
      }
      at = lineEnd(0);
    }
    position = at + 1;
  }
}
