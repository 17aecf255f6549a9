package dev.palinode.data.cache;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import org.jspecify.annotations.Nullable;

/** The whole lines of a file from its beginning, with their places; what follows them is a rest. */
final class WholeLines {
  /** Most bytes of a line: what is longer is not ours, and is not to fill the memory. */
  static final int LONGEST = 1 << 24;

  private final RandomAccessFile file;
  private final byte[] buffer = new byte[1 << 16];
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private int position;
  private int limit;
  private long start;
  private long end;
  private long number;

  WholeLines(RandomAccessFile file) {
    this.file = file;
  }

  /** The next line without its end; null if no whole one is left. */
  byte @Nullable [] next() throws IOException {
    line.reset();
    while (position < limit || fill()) {
      int from = position;
      while (position < limit && buffer[position] != '\n') {
        position++;
      }
      line.write(buffer, from, position - from);
      if (position < limit || line.size() > LONGEST) {
        position++;
        start = end;
        end += line.size() + 1L;
        number++;
        return line.toByteArray();
      }
    }
    return null;
  }

  /** Where the line begins that {@link #next} has returned. */
  long start() {
    return start;
  }

  /** Where it ends, with its line end. */
  long end() {
    return end;
  }

  /** Its number, from 1. */
  long number() {
    return number;
  }

  /** What stands behind the last whole line. */
  byte[] rest() {
    return line.toByteArray();
  }

  private boolean fill() throws IOException {
    limit = Math.max(0, file.read(buffer));
    position = 0;
    return limit > 0;
  }
}
