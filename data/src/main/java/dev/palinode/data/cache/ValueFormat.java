package dev.palinode.data.cache;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * How a key and one kind of value are a line of a {@link ContentCache}: <code>
 * {"key":"...","label":"unsafe","reason":"..."}</code>. The functions are thread-safe.
 *
 * @param <V> the kind of value
 * @param noun what messages call a value, such as label
 * @param example a value, for messages that state what was expected
 * @param fields names of the texts in the order in which they are written; no "key"
 * @param write the texts of a value, one for each field; throws an IllegalArgumentException if such
 *     a value is not to be kept
 * @param read the value of some texts, one for each field; throws an IllegalArgumentException if
 *     they are not those of a value
 */
public record ValueFormat<V>(
    String noun,
    V example,
    List<String> fields,
    Function<? super V, List<String>> write,
    Function<List<String>, ? extends V> read) {
  private static final String KEY = "key";
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** Halves of surrogate pairs without the other half, which UTF-8 cannot write. */
  private static final Pattern LONE_SURROGATE = Pattern.compile("\\p{Cs}");

  public ValueFormat {
    fields = List.copyOf(fields);
  }

  /** A key and its value. */
  record Entry<V>(ContentKey key, V value) {}

  /**
   * The line of a value, with its end.
   *
   * @throws IllegalArgumentException if the value is not to be kept
   */
  byte[] line(ContentKey key, V value) throws IOException {
    String line = line(key.toString(), value) + "\n";
    return LONE_SURROGATE
        .matcher(line)
        .replaceAll(half -> String.format(Locale.ROOT, "\\\\u%04x", (int) half.group().charAt(0)))
        .getBytes(StandardCharsets.UTF_8);
  }

  private String line(String key, V value) throws IOException {
    Map<String, String> line = new LinkedHashMap<>();
    line.put(KEY, key);
    List<String> texts = write.apply(value);
    for (int i = 0; i < texts.size(); i++) {
      line.put(fields.get(i), texts.get(i));
    }
    return JSON.writeValueAsString(line);
  }

  /**
   * The content of a line; fields of other names are passed over.
   *
   * @throws IOException if that is not a key with a value; the message says what was expected
   */
  Entry<V> parse(byte[] line) throws IOException {
    try {
      JsonNode row = JSON.readTree(line);
      ContentKey key = ContentKey.parse(text(row, KEY));
      return new Entry<>(key, read.apply(fields.stream().map(each -> text(row, each)).toList()));
    } catch (IOException | IllegalArgumentException e) {
      String expected = line("(" + ContentKey.DIGITS + " hexadecimal digits)", example);
      throw new IOException("expected a " + noun + " such as " + expected, e);
    }
  }

  private static String text(JsonNode row, String field) {
    JsonNode text = row.path(field);
    if (!text.isTextual()) {
      throw new IllegalArgumentException("expected a text as " + field);
    }
    return text.textValue();
  }
}
