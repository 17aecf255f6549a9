package dev.palinode.data.file;

import com.github.luben.zstd.ZstdIOException;
import dev.palinode.data.DataException;
import java.io.Closeable;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipException;
import org.apache.commons.io.input.BoundedInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A text file that is open: its bytes, unpacked and without a byte-order mark, and how far it has
 * been read. A file that is not of the kind that its name says, by its first bytes, is refused.
 */
final class TextFile implements Closeable {
  private final long size;
  private final BoundedInputStream packed;
  private final InputStream bytes;

  /**
   * @throws DataException if the file is missing, unreadable, a folder, or not packed as its name
   *     says
   */
  TextFile(Path file) throws IOException {
    DataFiles.requireReadable(file);
    this.size = Files.size(file);
    this.packed = BoundedInputStream.builder().setInputStream(Files.newInputStream(file)).get();
    try {
      this.bytes = withoutMark(file);
    } catch (IOException e) {
      packed.close();
      throw damage(file, e);
    }
  }

  /** Throws a {@link DataException}, with 0 as the line, where the packing is damaged. */
  InputStream bytes() {
    return bytes;
  }

  /** About which share of the file has been read, 0 to 1. */
  double share() {
    return size == 0 ? 1 : Math.min(1, (double) packed.getCount() / size);
  }

  @Override
  public void close() throws IOException {
    bytes.close();
  }

  private InputStream withoutMark(Path file) throws IOException {
    InputStream unpacked = new Unpacked(file, Packing.of(file).unpack(packed));
    PushbackInputStream text = new PushbackInputStream(unpacked, 4);
    byte[] head = text.readNBytes(4);
    if (head.length == 0 && Packing.of(file) == Packing.ZSTD && size == 0) {
      throw new EOFException(); // the decoder accepts an empty file
    }
    String problem = problem(head);
    if (problem != null) {
      throw new DataException(file, 0, problem);
    }
    int mark = starts(head, 0xEF, 0xBB, 0xBF) ? 3 : 0;
    text.unread(head, mark, head.length - mark);
    return text;
  }

  private static @Nullable String problem(byte[] head) {
    if (starts(head, 0xFF, 0xFE) || starts(head, 0xFE, 0xFF)) {
      return "is UTF-16 by its first bytes; expected UTF-8";
    } else if (starts(head, 0x1F, 0x8B)) {
      return "is packed with gzip, which its name does not say; let the name end in .gz";
    } else if (starts(head, 0x28, 0xB5, 0x2F, 0xFD)) {
      return "is packed with zstd, which its name does not say; let the name end in .zst";
    } else if (starts(head, 'P', 'A', 'R', '1')) {
      return "is a Parquet file by its first bytes; let the name end in .parquet";
    } else if (starts(head, 'P', 'K', 3, 4)) {
      return "is a zip archive by its first bytes; unpack it first";
    }
    return null;
  }

  private static boolean starts(byte[] head, int... bytes) {
    for (int i = 0; i < bytes.length; i++) {
      if (i >= head.length || (head[i] & 0xFF) != bytes[i]) {
        return false;
      }
    }
    return true;
  }

  /** What a decoder's exception means; other exceptions come back as they are. */
  private static IOException damage(Path file, IOException e) {
    if (!(e instanceof EOFException || e instanceof ZipException || e instanceof ZstdIOException)) {
      return e;
    }
    String packing = Packing.of(file) == Packing.ZSTD ? "zstd" : "gzip";
    String words = String.valueOf(e.getMessage());
    String problem =
        e instanceof EOFException || words.startsWith("Truncated")
            ? "the " + packing + " stream ends too early; the file is truncated"
            : "not a sound " + packing + " stream, as its name promises: " + words;
    return new DataException(file, 0, problem, e);
  }

  private static final class Unpacked extends FilterInputStream {
    private final Path file;

    Unpacked(Path file, InputStream unpacked) {
      super(unpacked);
      this.file = file;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 1 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      try {
        return super.read(target, offset, length);
      } catch (IOException e) {
        throw damage(file, e);
      }
    }
  }
}
