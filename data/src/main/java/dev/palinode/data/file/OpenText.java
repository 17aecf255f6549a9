package dev.palinode.data.file;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * The text of a file that is open, and how far it has been read.
 *
 * @param bytes unpacked, without a byte-order mark
 * @param packed what they come from
 * @param size of the file
 */
record OpenText(InputStream bytes, Counted packed, long size) {
  /** About which share of the file has been read, 0 to 1. */
  double share() {
    return size == 0 ? 1 : Math.min(1, (double) packed.count / size);
  }

  /** Counts the bytes that pass. */
  static final class Counted extends FilterInputStream {
    private long count;

    Counted(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int read = super.read();
      count += read < 0 ? 0 : 1;
      return read;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int read = super.read(target, offset, length);
      count += Math.max(0, read);
      return read;
    }
  }
}
