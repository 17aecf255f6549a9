package dev.palinode.data.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.data.BrokenRowException;
import dev.palinode.data.DataRecord;
import dev.palinode.data.file.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** The fields of a row, read with complaints that name the field and what is there instead. */
final class Fields {
  private final Row row;
  private final ObjectNode object;

  private Fields(Row row, ObjectNode object) {
    this.row = row;
    this.object = object;
  }

  /**
   * @throws BrokenRowException if the row is no object
   */
  static Fields of(Row row) throws BrokenRowException {
    if (row.value() instanceof ObjectNode object) {
      return new Fields(row, object);
    }
    throw row.problem("expected a JSON object, found " + kind(row.value()));
  }

  /** Whether the field is there and not null. */
  boolean has(String name) {
    return object.hasNonNull(name);
  }

  /** The first of these fields that is there and not null. */
  Optional<String> firstOf(List<String> names) {
    return names.stream().filter(this::has).findFirst();
  }

  /** The value of a field; a missing node if it is not there. */
  JsonNode value(String name) {
    return object.path(name);
  }

  /**
   * @throws BrokenRowException if the field is missing or no text
   */
  String text(String name) throws BrokenRowException {
    JsonNode value = object.get(name);
    if (value == null) {
      throw problem("no field \"" + name + "\"; found " + names(object));
    }
    return text(name, value);
  }

  /** A value in that field, or deeper, as text. */
  String text(String name, JsonNode value) throws BrokenRowException {
    if (!value.isTextual()) {
      throw problem("field \"" + name + "\" is " + kind(value) + "; expected a string");
    }
    return unicode(row, value.textValue());
  }

  /**
   * The text, if it is Unicode: no tokenizer takes half a surrogate pair, which JSON can hold.
   *
   * @throws BrokenRowException if it is not
   */
  static String unicode(Row row, String text) throws BrokenRowException {
    int broken = mayHoldSurrogates(text) ? loneSurrogate(text) : -1;
    if (broken >= 0) {
      throw row.problem(
          String.format(
              Locale.ROOT,
              "half a surrogate pair, which is no Unicode text, at character %d of a text",
              broken + 1));
    }
    return text;
  }

  /** The text of a field; {@code otherwise} if it is not there or null. */
  String text(String name, String otherwise) throws BrokenRowException {
    return has(name) ? text(name) : otherwise;
  }

  /** The text of the first of these fields that is there, numbers and truth values as text, too. */
  String label(List<String> names, String otherwise) throws BrokenRowException {
    Optional<String> name = firstOf(names);
    if (name.isEmpty()) {
      return otherwise;
    }
    JsonNode value = object.path(name.get());
    return value.isNumber() || value.isBoolean() ? value.asText() : text(name.get());
  }

  /**
   * @throws BrokenRowException if the field is missing or no list of texts
   */
  List<String> texts(String name) throws BrokenRowException {
    return texts(name, list(name));
  }

  /** A value in that field, or deeper, as a list of texts. */
  List<String> texts(String name, JsonNode list) throws BrokenRowException {
    if (!list.isArray()) {
      throw problem("field \"" + name + "\" is " + kind(list) + "; expected a list");
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode each : list) {
      texts.add(text(name, each));
    }
    return texts;
  }

  /**
   * @throws BrokenRowException if the field is missing or no list
   */
  JsonNode list(String name) throws BrokenRowException {
    JsonNode value = object.get(name);
    if (value == null) {
      throw problem("no field \"" + name + "\"; found " + names(object));
    }
    if (!value.isArray()) {
      throw problem("field \"" + name + "\" is " + kind(value) + "; expected a list");
    }
    return value;
  }

  /** What the data set calls the row in one of these fields, or else its number in the file. */
  String id(List<String> names) throws BrokenRowException {
    return label(names, String.valueOf(row.place().number()));
  }

  /**
   * A record of this row.
   *
   * @throws BrokenRowException if the record refuses what it is given
   */
  <R extends DataRecord> R make(Supplier<R> constructor) throws BrokenRowException {
    try {
      return constructor.get();
    } catch (IllegalArgumentException e) {
      throw problem(String.valueOf(e.getMessage()));
    }
  }

  BrokenRowException problem(String what) {
    return row.problem(what);
  }

  /** What kind of JSON it is, in a message. */
  static String kind(JsonNode node) {
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

  /** The names in an object, for messages. */
  static String names(JsonNode object) {
    return object.isEmpty()
        ? "no fields"
        : String.join(", ", (Iterable<String>) object::fieldNames);
  }

  /** No to most texts, at a fraction of what it costs to ask for each character. */
  private static boolean mayHoldSurrogates(String text) {
    int bits = 0;
    char[] all = text.toCharArray(); // a copy, and still less than a call for each
    for (char each : all) {
      bits |= each;
    }
    return (bits & Character.MIN_SURROGATE) == Character.MIN_SURROGATE;
  }

  private static int loneSurrogate(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        boolean pair =
            Character.isHighSurrogate(text.charAt(i))
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!pair) {
          return i;
        }
        i++;
      }
    }
    return -1;
  }
}
