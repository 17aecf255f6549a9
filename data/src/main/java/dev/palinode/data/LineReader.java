package dev.palinode.data;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a text file, plain or gzipped, one at a time, as strict UTF-8.
 *
 * <p>{@link java.io.BufferedReader} would do neither of the two things that matter for files from
 * elsewhere: bound the length of a line before it is in memory, and say at which byte of which line
 * the encoding breaks. Not thread-safe.
 */
final class LineReader implements Closeable {
  private final Path file;
  private final int maxLineBytes;
  private final InputStream in;
  private final byte[] buffer = new byte[1 << 16];
  private int position;
  private int limit;
  private long line;

  LineReader(Path file, int maxLineBytes) throws IOException {
    this.file = file;
    this.maxLineBytes = maxLineBytes;
    this.in = open(file);
  }

  /** The next line without its {@code \n} or {@code \r\n}; null at the end of the file. */
  @Nullable String next() throws IOException {
    if (position == limit && !fill()) {
      return null;
    }
    line++;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    boolean ended = false;
    while (!ended && (position < limit || fill())) {
      int end = position;
      while (end < limit && buffer[end] != '\n') {
        end++;
      }
      ended = end < limit;
      if (bytes.size() + (end - position) > maxLineBytes) {
        throw problem(
            "longer than %,d bytes; expected one JSON object per line".formatted(maxLineBytes));
      }
      bytes.write(buffer, position, end - position);
      position = ended ? end + 1 : end;
    }
    String text = decode(bytes.toByteArray());
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  /** Number of the line that {@link #next} returned last, from 1; 0 before the first. */
  long line() {
    return line;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private static InputStream open(Path file) throws IOException {
    InputStream raw = Files.newInputStream(file);
    if (!isGzip(file)) {
      return raw;
    }
    try {
      return new GZIPInputStream(raw, 1 << 16);
    } catch (IOException e) {
      raw.close();
      throw new DataException(file, 0, gzipProblem(e), e);
    }
  }

  static boolean isGzip(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(".gz");
  }

  private boolean fill() throws IOException {
    try {
      limit = Math.max(0, in.read(buffer, 0, buffer.length));
      position = 0;
      return limit > 0;
    } catch (EOFException | ZipException e) {
      throw new DataException(file, line + 1, gzipProblem(e), e);
    }
  }

  private static String gzipProblem(IOException e) {
    return e instanceof EOFException
        ? "the gzip stream ends too early; the file is truncated"
        : "not a sound gzip stream, as its name promises: " + e.getMessage();
  }

  private String decode(byte[] bytes) throws DataException {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer source = ByteBuffer.wrap(bytes);
    CharBuffer target = CharBuffer.allocate(bytes.length); // no character takes less than a byte
    CoderResult result = decoder.decode(source, target, true);
    if (result.isError()) {
      int at = source.position();
      throw problem("not UTF-8: byte %d of the line is 0x%02X".formatted(at + 1, bytes[at]));
    }
    return target.flip().toString();
  }

  private DataException problem(String what) {
    return new DataException(file, line, what);
  }
}
