package dev.palinode.data.file;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.palinode.data.record.BrokenRowException;
import dev.palinode.data.record.DataException;
import dev.palinode.data.record.SourceLocation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.apache.commons.io.input.UnsynchronizedBufferedInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reader of JSON Lines files: one value per line.
 *
 * <p>Strict, so that damage is not hidden: valid UTF-8, one whole value per line, no duplicate
 * keys. Blank lines are skipped but counted. A line that violates these rules, or is too long, is a
 * broken row; only its beginning is kept.
 */
final class JsonLines implements Rows {
  /** Default limit of a line: 16 MiB, far above any conversation and far below the heap. */
  static final int DEFAULT_MAX_LINE_BYTES = 16 << 20;

  private final Path file;
  private final TextFile text;
  private final InputStream bytes;
  private final int maxLineBytes;
  private final ObjectMapper mapper;

  private byte[] line = new byte[1 << 10];
  private int length;
  private boolean isTooLong;
  private long number;

  JsonLines(Path file) throws IOException {
    this(file, DEFAULT_MAX_LINE_BYTES);
  }

  /**
   * @param maxLineBytes limit of a line without its line ending
   */
  JsonLines(Path file, int maxLineBytes) throws IOException {
    this.file = file;
    this.maxLineBytes = maxLineBytes;
    this.mapper =
        JsonValues.mapper(maxLineBytes).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    this.text = new TextFile(file);
    this.bytes = new UnsynchronizedBufferedInputStream.Builder().setInputStream(text.bytes()).get();
  }

  @Override
  public double share() {
    return text.share();
  }

  @Override
  public @Nullable Row next() throws IOException {
    while (nextLine()) {
      if (isTooLong) {
        throw broken(
            String.format(
                Locale.ROOT, "longer than %,d bytes; expected one JSON value", maxLineBytes),
            null);
      }
      String json = decoded();
      if (!json.chars().allMatch(each -> each == ' ' || each == '\t' || each == '\r')) {
        return new Row(SourceLocation.line(file, number), parse(json));
      }
    }
    return null;
  }

  @Override
  public void close() throws IOException {
    text.close();
  }

  private boolean nextLine() throws IOException {
    number++;
    length = 0;
    isTooLong = false;
    try {
      int next = bytes.read();
      if (next < 0) {
        return false;
      }
      for (; next >= 0 && next != '\n'; next = bytes.read()) {
        append((byte) next);
      }
    } catch (DataException e) {
      throw e.at(SourceLocation.line(file, number));
    }
    length -= length > 0 && line[length - 1] == '\r' ? 1 : 0;
    isTooLong |= length > maxLineBytes;
    return true;
  }

  private void append(byte next) {
    if (length > maxLineBytes) { // one more is kept: it may be a \r
      isTooLong = true;
      return;
    }
    if (length == line.length) {
      line = Arrays.copyOf(line, (int) Math.min(2L * length, maxLineBytes + 1L));
    }
    line[length++] = next;
  }

  private String decoded() throws BrokenRowException {
    String decoded = new String(line, 0, length, StandardCharsets.UTF_8);
    int at = decoded.indexOf('\uFFFD') < 0 ? -1 : firstBroken(line, length);
    if (at >= 0) {
      throw broken(
          String.format(Locale.ROOT, "not UTF-8: byte %d of the line is 0x%02X", at + 1, line[at]),
          null);
    }
    int zero = decoded.indexOf('\0');
    if (zero >= 0) {
      throw broken("not JSON at column " + (zero + 1) + ": a NUL byte", null);
    }
    return decoded;
  }

  /** Index of the first byte that is not UTF-8; -1 if there is none. */
  static int firstBroken(byte[] bytes, int length) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder(); // reports malformed input
    ByteBuffer source = ByteBuffer.wrap(bytes, 0, length);
    CharBuffer unused = CharBuffer.allocate(4096);
    CoderResult result;
    do {
      result = decoder.decode(source, unused.clear(), true);
    } while (result.isOverflow());
    return result.isError() ? source.position() : -1;
  }

  private JsonNode parse(String json) throws BrokenRowException {
    try {
      return mapper.readTree(json);
    } catch (JsonProcessingException e) {
      throw broken(JsonValues.problem(e, false), e);
    }
  }

  private BrokenRowException broken(String what, @Nullable Throwable cause) {
    int shown = Math.min(length, 4 * BrokenRowException.KEPT_CHARACTERS);
    String beginning = new String(line, 0, shown, StandardCharsets.UTF_8);
    return new BrokenRowException(SourceLocation.line(file, number), what, beginning, cause);
  }
}
