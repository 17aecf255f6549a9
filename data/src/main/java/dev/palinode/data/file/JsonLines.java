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
public final class JsonLines implements Rows {
  /** The default limit of a line, 16 MiB: far above any conversation, far below the heap. */
  public static final int DEFAULT_MAX_LINE_BYTES = 16 << 20;

  private final Path file;
  private final int maxLineBytes;
  private final LineReader lines;
  private final ObjectMapper mapper;
  private final Utf8 utf8 = new Utf8();

  private JsonLines(Path file, int maxLineBytes) throws IOException {
    this.file = file;
    this.maxLineBytes = maxLineBytes;
    this.mapper =
        JsonValues.mapper(maxLineBytes).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    this.lines = new LineReader(file, maxLineBytes);
  }

  /**
   * Opens a file with lines of at most {@link #DEFAULT_MAX_LINE_BYTES}.
   *
   * @param file packed if its name ends in {@code .gz} or {@code .zst}
   * @throws dev.palinode.data.DataException if it is missing, or packed otherwise than its name
   *     says
   * @throws IOException if it cannot be opened
   */
  public static JsonLines open(Path file) throws IOException {
    return open(file, DEFAULT_MAX_LINE_BYTES);
  }

  /**
   * Opens a file with lines of at most that many bytes, line ends not counted.
   *
   * @throws IllegalArgumentException if {@code maxLineBytes} is less than 2, which not even an
   *     empty object fits
   */
  public static JsonLines open(Path file, int maxLineBytes) throws IOException {
    if (maxLineBytes < 2) {
      throw new IllegalArgumentException("maxLineBytes is " + maxLineBytes + ": at least 2");
    }
    return new JsonLines(file, maxLineBytes);
  }

  @Override
  public double share() {
    return lines.share();
  }

  @Override
  public @Nullable Row next() throws IOException {
    while (lines.next()) {
      if (lines.tooLong()) {
        throw broken(
            String.format(
                Locale.ROOT, "longer than %,d bytes; expected one JSON value", maxLineBytes),
            null);
      }
      if (!blank()) {
        return new Row(Place.line(file, lines.line()), parse());
      }
    }
    return null;
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }

  private JsonNode parse() throws BrokenRowException {
    checkEncoding();
    int length = lines.end() - lines.start();
    try {
      return mapper.readTree(lines.bytes(), lines.start(), length);
    } catch (IOException e) {
      return parseText(new String(lines.bytes(), lines.start(), length, StandardCharsets.UTF_8));
    }
  }

  /** Of bytes, Jackson takes no surrogate pair that is escaped in a name; of text it does. */
  private JsonNode parseText(String text) throws BrokenRowException {
    try {
      return mapper.readTree(text);
    } catch (JsonProcessingException e) {
      throw broken(JsonValues.problem(e), e);
    }
  }

  /** Jackson guesses UTF-16 from zeros, and lets some sequences pass that are no UTF-8. */
  private void checkEncoding() throws BrokenRowException {
    byte[] bytes = lines.bytes();
    int start = lines.start();
    for (int i = start; i < Math.min(lines.end(), start + 4); i++) {
      if (bytes[i] == 0) {
        throw broken("not JSON at column " + (i - start + 1) + ": a NUL byte", null);
      }
    }
    int at = lines.ascii() ? -1 : utf8.firstBroken(bytes, start, lines.end());
    if (at >= 0) {
      throw broken(
          String.format(
              Locale.ROOT, "not UTF-8: byte %d of the line is 0x%02X", at - start + 1, bytes[at]),
          null);
    }
  }

  private boolean blank() {
    for (int i = lines.start(); i < lines.end(); i++) {
      byte each = lines.bytes()[i];
      if (each != ' ' && each != '\t' && each != '\r') {
        return false;
      }
    }
    return true;
  }

  private BrokenRowException broken(String what, @Nullable Throwable cause) {
    int length = Math.min(lines.end() - lines.start(), 4 * BrokenRowException.KEPT_CHARACTERS);
    String text = new String(lines.bytes(), lines.start(), length, StandardCharsets.UTF_8);
    return new BrokenRowException(Place.line(file, lines.line()), what, text, cause);
  }
}
