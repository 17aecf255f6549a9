package dev.palinode.data.file;

import com.github.luben.zstd.ZstdIOException;
import dev.palinode.data.DataException;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a text file, unpacked and without a byte-order mark. A file whose first bytes show
 * that it is something else than its name says is refused when it is opened.
 */
final class TextBytes extends FilterInputStream {
  private final Path file;

  private TextBytes(Path file, InputStream unpacked) {
    super(unpacked);
    this.file = file;
  }

  /**
   * @throws DataException if the file is missing, unreadable, a folder, or not packed as its name
   *     says; and from {@code read} where its packing is damaged, with 0 as the line
   */
  static OpenText open(Path file) throws IOException {
    DataFiles.requireReadable(file);
    OpenText.Counted raw = new OpenText.Counted(Files.newInputStream(file));
    try {
      InputStream unpacked = new TextBytes(file, Packing.of(file).unpack(raw));
      PushbackInputStream bytes = new PushbackInputStream(unpacked, 4);
      byte[] head = bytes.readNBytes(4);
      if (head.length == 0 && Packing.of(file) == Packing.ZSTD && Files.size(file) == 0) {
        throw new EOFException(); // the decoder takes nothing at all for nothing packed
      }
      String problem = problem(head);
      if (problem != null) {
        throw new DataException(file, 0, problem);
      }
      int mark = starts(head, 0xEF, 0xBB, 0xBF) ? 3 : 0;
      bytes.unread(head, mark, head.length - mark);
      return new OpenText(bytes, raw, Files.size(file));
    } catch (EOFException | ZipException | ZstdIOException e) {
      raw.close();
      throw damage(file, e);
    } catch (IOException | RuntimeException e) {
      raw.close();
      throw e;
    }
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
    } catch (EOFException | ZipException | ZstdIOException e) {
      throw damage(file, e);
    }
  }

  private static DataException damage(Path file, IOException e) {
    String packing = Packing.of(file) == Packing.ZSTD ? "zstd" : "gzip";
    String words = String.valueOf(e.getMessage());
    boolean truncated = e instanceof EOFException || words.startsWith("Truncated");
    return new DataException(
        file,
        0,
        truncated
            ? "the " + packing + " stream ends too early; the file is truncated"
            : "not a sound " + packing + " stream, as its name promises: " + words,
        e);
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
}
