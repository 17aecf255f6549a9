package dev.palinode.data.file;

import com.github.luben.zstd.ZstdIOException;
import dev.palinode.data.record.DataException;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackInputStream;
import java.io.Reader;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.ZipException;
import org.apache.commons.io.input.BoundedInputStream;
import org.apache.commons.io.input.ProxyInputStream;

/**
 * An open text file: its bytes, decompressed and without a byte-order mark, and the reading
 * progress. A file whose first bytes contradict its name is rejected.
 */
final class TextFile implements Closeable {
  /** First bytes of other file types, and the message for each. */
  private static final Map<String, String> OTHER_KINDS =
      Map.of(
          "\u00FF\u00FE",
          "is UTF-16 by its first bytes; expected UTF-8",
          "\u00FE\u00FF",
          "is UTF-16 by its first bytes; expected UTF-8",
          "\u001F\u008B",
          "is compressed with gzip, which its name does not say; rename it to end in .gz",
          "(\u00B5/\u00FD",
          "is compressed with zstd, which its name does not say; rename it to end in .zst",
          "PAR1",
          "is a Parquet file by its first bytes; rename it to end in .parquet",
          "PK\u0003\u0004",
          "is a zip archive by its first bytes; unpack it first");

  /**
   * Replacement for bytes that are not UTF-8, in a {@link #reader}. It is a noncharacter, which no
   * text should contain, rather than U+FFFD, which many texts do.
   */
  static final char BROKEN = '\uFFFF';

  private final long size;
  private final BoundedInputStream compressed;
  private final InputStream bytes;

  TextFile(Path file) throws IOException {
    DataFiles.requireReadable(file);
    this.size = Files.size(file);
    this.compressed = BoundedInputStream.builder().setInputStream(Files.newInputStream(file)).get();
    try {
      this.bytes = withoutMark(file);
    } catch (IOException e) {
      compressed.close();
      throw damage(file, e);
    }
  }

  /**
   * The content; reading throws a {@link DataException}, with line 0, where the compressed data is
   * damaged.
   */
  InputStream bytes() {
    return bytes;
  }

  /** Reader of a UTF-8 stream, with {@link #BROKEN} in place of malformed bytes. */
  static Reader reader(InputStream bytes) {
    return new InputStreamReader(
        bytes,
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .replaceWith(String.valueOf(BROKEN)));
  }

  double share() {
    return size == 0 ? 1 : Math.min(1, (double) compressed.getCount() / size);
  }

  @Override
  public void close() throws IOException {
    bytes.close();
  }

  private InputStream withoutMark(Path file) throws IOException {
    InputStream decompressed =
        new ProxyInputStream(Compression.of(file).decompress(compressed)) {
          @Override
          protected void handleIOException(IOException e) throws IOException {
            throw damage(file, e);
          }
        };
    PushbackInputStream text = new PushbackInputStream(decompressed, 4);
    byte[] first = text.readNBytes(4);
    if (first.length == 0 && Compression.of(file) == Compression.ZSTD && size == 0) {
      throw new EOFException(); // the decoder accepts an empty file
    }
    String head = new String(first, StandardCharsets.ISO_8859_1);
    for (Map.Entry<String, String> other : OTHER_KINDS.entrySet()) {
      if (head.startsWith(other.getKey())) {
        throw new DataException(file, other.getValue());
      }
    }
    int mark = head.startsWith("\u00EF\u00BB\u00BF") ? 3 : 0;
    text.unread(first, mark, first.length - mark);
    return text;
  }

  /** A decoder's exception as a {@link DataException}; other exceptions unchanged. */
  private static IOException damage(Path file, IOException e) {
    if (!(e instanceof EOFException || e instanceof ZipException || e instanceof ZstdIOException)) {
      return e;
    }
    String compression = Compression.of(file) == Compression.ZSTD ? "zstd" : "gzip";
    String words = String.valueOf(e.getMessage());
    String problem =
        e instanceof EOFException || words.startsWith("Truncated")
            ? "the " + compression + " stream ends too early; the file is truncated"
            : "not a valid " + compression + " stream: " + words;
    return new DataException(file, problem, e);
  }
}
