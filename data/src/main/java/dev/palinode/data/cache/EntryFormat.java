package dev.palinode.data.cache;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a key and a value are a line: <code>{"key":"...","label":"unsafe","reason":"..."}</code>. A
 * line is read as a stream of tokens: opening a file reads all of them.
 */
final class EntryFormat<V> {
  /** What every line begins with; the key follows. */
  static final String START = "{\"key\":\"";

  private static final JsonFactory JSON = new JsonFactory();

  /** Halves of surrogate pairs without the other half, which UTF-8 cannot write. */
  private static final Pattern LONE_SURROGATE = Pattern.compile("\\p{Cs}");

  private final ValueFormat<V> values;
  private final List<String> names = new ArrayList<>(List.of("key"));

  EntryFormat(ValueFormat<V> values) {
    this.values = values;
    names.addAll(values.fields());
  }

  /** A key and its value. */
  record Entry<V>(ContentKey key, V value) {}

  /**
   * The line of a value, with its end.
   *
   * @throws IllegalArgumentException if the value is not to be kept
   */
  byte[] line(ContentKey key, V value) {
    return (line(key.toString(), value) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private String line(String key, V value) {
    StringBuilder line = new StringBuilder(START).append(key).append('"');
    List<String> texts = values.texts(value);
    for (int i = 0; i < texts.size(); i++) {
      line.append(",\"").append(names.get(i + 1)).append("\":\"");
      line.append(escaped(texts.get(i))).append('"');
    }
    return line.append('}').toString();
  }

  private static String escaped(String text) {
    String escaped = new String(JsonStringEncoder.getInstance().quoteAsString(text));
    return LONE_SURROGATE
        .matcher(escaped)
        .replaceAll(half -> String.format(Locale.ROOT, "\\\\u%04x", (int) half.group().charAt(0)));
  }

  /**
   * What stands on a line.
   *
   * @throws IOException if that is no key with a value; the message says what was expected
   */
  Entry<V> parse(byte[] line) throws IOException {
    try (JsonParser json = JSON.createParser(line)) {
      List<String> texts = texts(json);
      ContentKey key = ContentKey.parse(texts.get(0));
      return new Entry<>(key, values.value(texts.subList(1, texts.size())));
    } catch (IOException | IllegalArgumentException e) {
      String example = line("(" + ContentKey.DIGITS + " hexadecimal digits)", values.example());
      throw new IOException("expected a " + values.noun() + " such as " + example, e);
    }
  }

  /** The texts of the only object, in the order of their names; other fields are passed over. */
  private List<String> texts(JsonParser json) throws IOException {
    @Nullable String[] texts = new String[names.size()];
    require(json.nextToken() == JsonToken.START_OBJECT, "an object");
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      String text = json.nextTextValue();
      json.skipChildren();
      int place = names.indexOf(name);
      if (place >= 0) {
        texts[place] = text;
      }
    }
    require(json.nextToken() == null, "nothing behind the object");
    for (int i = 0; i < texts.length; i++) {
      require(texts[i] != null, names.get(i));
    }
    return Arrays.asList(texts);
  }

  private static void require(boolean condition, String expected) {
    if (!condition) {
      throw new IllegalArgumentException("expected " + expected);
    }
  }
}
