package dev.palinode.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.lang3.Strings;

/** Reads hand-written text files in UTF-8, without their byte-order mark. */
public final class TextFiles {
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private TextFiles() {}

  /**
   * The text of a file.
   *
   * @throws IOException if there is no such file, or it is not UTF-8; the message names the file
   *     and the line
   */
  public static String read(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(bytes(file));
    CharBuffer text = CharBuffer.allocate(bytes.remaining());
    boolean isUtf8 = !StandardCharsets.UTF_8.newDecoder().decode(bytes, text, true).isError();
    text.flip();
    if (!isUtf8) {
      long line = 1 + text.chars().filter(each -> each == '\n').count();
      throw new IOException(
          "%s, line %s: not UTF-8; save the file as UTF-8, or convert it (iconv -f latin1 -t utf-8)"
              .formatted(file, line));
    }
    return Strings.CS.removeStart(text.toString(), BYTE_ORDER_MARK);
  }

  /** The lines of a file, without line terminators, as {@link #read} reads it. */
  public static List<String> lines(Path file) throws IOException {
    return read(file).lines().toList();
  }

  private static byte[] bytes(Path file) throws IOException {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new NoSuchFileException(file.toString(), null, "no such file"); // not the bare name
    }
  }
}
