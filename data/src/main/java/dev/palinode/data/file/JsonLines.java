package dev.palinode.data.file;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.palinode.data.BrokenRowException;
import dev.palinode.data.Place;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The values of a JSON Lines file, one per line.
 *
 * <p>Strict where leniency would hide damage: UTF-8 without replacement characters, one whole value
 * per line, no key twice. Blank lines are skipped (many tools end a file with one) but counted. A
 * line that breaks these rules, or is too long, is a broken row. Memory is bounded by the longest
 * line, which has a limit.
 */
final class JsonLines implements Rows {
  /** The default limit of a line, 16 MiB: far above any conversation, far below the heap. */
  static final int DEFAULT_MAX_LINE_BYTES = 16 << 20;

  private final Path file;
  private final int maxLineBytes;
  private final LineReader lines;
  private final ObjectMapper mapper;

  JsonLines(Path file) throws IOException {
    this(file, DEFAULT_MAX_LINE_BYTES);
  }

  /**
   * @param maxLineBytes of a line without its end
   */
  JsonLines(Path file, int maxLineBytes) throws IOException {
    this.file = file;
    this.maxLineBytes = maxLineBytes;
    this.mapper =
        JsonValues.mapper(maxLineBytes).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    this.lines = new LineReader(file, maxLineBytes);
  }

  @Override
  public double share() {
    return lines.share();
  }

  @Override
  public @Nullable Row next() throws IOException {
    while (lines.next()) {
      if (lines.isTooLong()) {
        String problem = "longer than %,d bytes; expected one JSON value";
        throw broken(String.format(Locale.ROOT, problem, maxLineBytes), null);
      }
      String text = text();
      if (!text.chars().allMatch(each -> each == ' ' || each == '\t' || each == '\r')) {
        return new Row(Place.line(file, lines.number()), parse(text));
      }
    }
    return null;
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }

  private String text() throws BrokenRowException {
    String text = new String(lines.bytes(), 0, lines.length(), StandardCharsets.UTF_8);
    int at = text.indexOf('\uFFFD') < 0 ? -1 : Utf8.firstBroken(lines.bytes(), 0, lines.length());
    if (at >= 0) {
      String problem = "not UTF-8: byte %d of the line is 0x%02X";
      throw broken(String.format(Locale.ROOT, problem, at + 1, lines.bytes()[at]), null);
    }
    int zero = text.indexOf('\0');
    if (zero >= 0) {
      throw broken("not JSON at column " + (zero + 1) + ": a NUL byte", null);
    }
    return text;
  }

  private JsonNode parse(String text) throws BrokenRowException {
    try {
      return mapper.readTree(text);
    } catch (JsonProcessingException e) {
      throw broken(JsonValues.problem(e), e);
    }
  }

  private BrokenRowException broken(String what, @Nullable Throwable cause) {
    int length = Math.min(lines.length(), 4 * BrokenRowException.KEPT_CHARACTERS);
    String text = new String(lines.bytes(), 0, length, StandardCharsets.UTF_8);
    return new BrokenRowException(Place.line(file, lines.number()), what, text, cause);
  }
}
