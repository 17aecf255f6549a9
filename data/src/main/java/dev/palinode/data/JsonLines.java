package dev.palinode.data;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The JSON objects of a {@code .jsonl} or {@code .jsonl.gz} file, one per line, read one at a time.
 *
 * <pre>{@code
 * try (JsonLines rows = JsonLines.open(file)) {
 *   for (ObjectNode row = rows.next(); row != null; row = rows.next()) {
 *     use(rows.string(row, "prompt"));
 *   }
 * }
 * }</pre>
 *
 * <p>Strict where leniency would hide damage: UTF-8 without replacement characters, one whole
 * object per line, no key twice. Blank lines are skipped (many tools end a file with one) but
 * counted. Memory is bounded by the longest line, which has a limit. Not thread-safe.
 */
public final class JsonLines implements Closeable {
  /** The default limit of a line, 16 MiB: far above any conversation, far below the heap. */
  public static final int DEFAULT_MAX_LINE_BYTES = 16 << 20;

  private final Path file;
  private final LineReader lines;
  private final ObjectMapper mapper;

  private JsonLines(Path file, int maxLineBytes) throws IOException {
    this.file = file;
    this.mapper = mapper(maxLineBytes);
    this.lines = new LineReader(file, maxLineBytes);
  }

  /**
   * Opens a file with lines of at most {@link #DEFAULT_MAX_LINE_BYTES}.
   *
   * @param file gzipped if its name ends in {@code .gz}
   * @throws DataException if it should be gzip and is not
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

  /**
   * The next object, or null at the end of the file.
   *
   * @throws DataException if the line is over-long, not UTF-8 or not one JSON object, or if the
   *     gzip stream is damaged
   * @throws IOException if the file cannot be read
   */
  public @Nullable ObjectNode next() throws IOException {
    for (String text = lines.next(); text != null; text = lines.next()) {
      if (!text.isBlank()) {
        return parse(text);
      }
    }
    return null;
  }

  /**
   * The text of a field of the row just read.
   *
   * @throws DataException if the field is missing or not a string
   */
  public String string(ObjectNode row, String field) throws DataException {
    JsonNode value = row.get(field);
    if (value == null) {
      throw problem("no field \"" + field + "\"; found " + fieldNames(row));
    }
    if (!value.isTextual()) {
      throw problem("field \"" + field + "\" is " + kind(value) + "; expected a string");
    }
    return value.textValue();
  }

  /** Number of the line read last, counted from 1; 0 before the first. */
  public long line() {
    return lines.line();
  }

  /** An exception about the line read last, for a caller that finds its content wrong. */
  public DataException problem(String what) {
    return new DataException(file, line(), what);
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }

  private ObjectNode parse(String text) throws DataException {
    JsonNode node;
    try {
      node = mapper.readTree(text);
    } catch (JsonProcessingException e) {
      long column = e.getLocation() == null ? 0 : e.getLocation().getColumnNr();
      throw new DataException(
          file,
          line(),
          "not JSON" + (column > 0 ? " at column " + column : "") + ": " + e.getOriginalMessage(),
          e);
    }
    if (node instanceof ObjectNode object) {
      return object;
    }
    throw problem("expected a JSON object, found " + kind(node));
  }

  private static String kind(JsonNode node) {
    return switch (node.getNodeType()) {
      case ARRAY -> "an array";
      case OBJECT -> "an object";
      case STRING -> "a string";
      case NUMBER -> "a number";
      case BOOLEAN -> "a boolean";
      case NULL -> "null";
      default -> "nothing";
    };
  }

  private static String fieldNames(ObjectNode row) {
    return row.isEmpty() ? "no fields" : String.join(", ", (Iterable<String>) row::fieldNames);
  }

  private static ObjectMapper mapper(int maxLineBytes) {
    // The line is bounded already; Jackson's own bound on strings must not be the smaller one.
    StreamReadConstraints constraints =
        StreamReadConstraints.builder().maxStringLength(maxLineBytes).build();
    return JsonMapper.builder(JsonFactory.builder().streamReadConstraints(constraints).build())
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .build();
  }
}
