package dev.palinode.data.file;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.palinode.data.record.BrokenRowException;
import dev.palinode.data.record.DataException;
import dev.palinode.data.record.SourceLocation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reader of JSON Lines files: one value per line.
 *
 * <p>Strict, so that damage is not hidden: valid UTF-8, one whole value per line, no duplicate
 * keys. Blank lines are skipped but counted. A line that violates these rules, or is too long, is a
 * broken row. Memory is bounded by the limit of a line; only the beginning of a longer one is kept.
 */
final class JsonLines implements Rows {
  /** Default limit of a line: 16 MiB, far above any conversation and far below the heap. */
  static final int DEFAULT_MAX_LINE_BYTES = 16 << 20;

  private final Path file;
  private final TextFile text;
  private final int maxLineBytes;
  private final ObjectMapper mapper;

  /** Read buffer; bytes from {@code position} to {@code limit} belong to no line yet. */
  private final byte[] chunk = new byte[1 << 16];

  private int position;
  private int limit;

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
    if (position == limit && !fill(number + 1)) {
      return false;
    }
    number++;
    length = 0;
    isTooLong = false;
    boolean isEnded = false;
    while (!isEnded && (position < limit || fill(number))) {
      int end = position;
      while (end < limit && chunk[end] != '\n') {
        end++;
      }
      append(position, end - position);
      isEnded = end < limit;
      position = isEnded ? end + 1 : limit;
    }
    length -= length > 0 && line[length - 1] == '\r' ? 1 : 0;
    isTooLong |= length > maxLineBytes;
    return true;
  }

  private void append(int from, int count) {
    int kept = Math.min(count, maxLineBytes + 1 - length); // one more: it may be a \r
    isTooLong |= kept < count;
    if (length + kept > line.length) {
      int doubled = (int) Math.min(2L * line.length, maxLineBytes + 1L);
      line = Arrays.copyOf(line, Math.max(length + kept, doubled));
    }
    System.arraycopy(chunk, from, line, length, kept);
    length += kept;
  }

  private boolean fill(long current) throws IOException {
    position = 0;
    limit = 0;
    try {
      limit = Math.max(0, text.bytes().read(chunk));
    } catch (DataException e) {
      throw e.at(SourceLocation.line(file, current));
    }
    return limit > 0;
  }

  private String decoded() throws BrokenRowException {
    String decoded = new String(line, 0, length, StandardCharsets.UTF_8);
    int at = decoded.indexOf('\uFFFD') < 0 ? -1 : Utf8.firstBroken(line, 0, length);
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

  private JsonNode parse(String json) throws BrokenRowException {
    try {
      return mapper.readTree(json);
    } catch (JsonProcessingException e) {
      throw broken(JsonValues.problem(e), e);
    }
  }

  private BrokenRowException broken(String what, @Nullable Throwable cause) {
    int shown = Math.min(length, 4 * BrokenRowException.KEPT_CHARACTERS);
    String beginning = new String(line, 0, shown, StandardCharsets.UTF_8);
    return new BrokenRowException(SourceLocation.line(file, number), what, beginning, cause);
  }
}
