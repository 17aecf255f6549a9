package dev.palinode.data.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.data.file.Row;
import dev.palinode.data.record.BrokenRowException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Typed access to the fields of a row; error messages name the field and the value's type. */
final class RowReader {
  private final Row row;
  private final ObjectNode object;

  private RowReader(Row row, ObjectNode object) {
    this.row = row;
    this.object = object;
  }

  /**
   * @throws BrokenRowException if the row is not an object
   */
  static RowReader of(Row row) throws BrokenRowException {
    if (row.value() instanceof ObjectNode object) {
      return new RowReader(row, object);
    }
    throw row.problem("expected a JSON object, found " + kind(row.value()));
  }

  /** Whether the field is present and not null. */
  boolean has(String name) {
    return object.hasNonNull(name);
  }

  /** The first of these fields that is present and not null. */
  Optional<String> firstOf(List<String> names) {
    return names.stream().filter(this::has).findFirst();
  }

  /** The value of a field; a missing node if it is absent. */
  JsonNode value(String name) {
    return object.path(name);
  }

  /**
   * @throws BrokenRowException if the field is missing or not a string
   */
  String text(String name) throws BrokenRowException {
    return text(name, required(name));
  }

  /** A value in this field, or nested in it, as text. */
  String text(String name, JsonNode value) throws BrokenRowException {
    if (!value.isTextual()) {
      throw problem("field \"" + name + "\" is " + kind(value) + "; expected a string");
    }
    return unicode(row, value.textValue());
  }

  /** The text of a field; {@code otherwise} if it is absent or null. */
  String text(String name, String otherwise) throws BrokenRowException {
    return has(name) ? text(name) : otherwise;
  }

  /** The first of these fields that is present, as text; also converts numbers and booleans. */
  String label(List<String> names, String otherwise) throws BrokenRowException {
    Optional<String> name = firstOf(names);
    if (name.isEmpty()) {
      return otherwise;
    }
    JsonNode value = value(name.get());
    return value.isNumber() || value.isBoolean() ? value.asText() : text(name.get());
  }

  /** The row's id from the first of these fields that is present, or its number in the file. */
  String id(String... names) throws BrokenRowException {
    return label(List.of(names), String.valueOf(row.place().number()));
  }

  /**
   * @throws BrokenRowException if the field is missing or not a list of strings
   */
  List<String> texts(String name) throws BrokenRowException {
    return texts(name, required(name));
  }

  /** A value in this field, or nested in it, as a list of texts. */
  List<String> texts(String name, JsonNode value) throws BrokenRowException {
    List<String> texts = new ArrayList<>();
    for (JsonNode each : list(name, value)) {
      texts.add(text(name, each));
    }
    return texts;
  }

  /** The string fields of an object. */
  Map<String, String> textsByName(JsonNode values) throws BrokenRowException {
    Map<String, String> texts = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> each : values.properties()) {
      texts.put(each.getKey(), text(each.getKey(), each.getValue()));
    }
    return texts;
  }

  /**
   * @throws BrokenRowException if the field is missing or not a list
   */
  JsonNode list(String name) throws BrokenRowException {
    return list(name, required(name));
  }

  private JsonNode list(String name, JsonNode value) throws BrokenRowException {
    if (!value.isArray()) {
      throw problem("field \"" + name + "\" is " + kind(value) + "; expected a list");
    }
    return value;
  }

  private JsonNode required(String name) throws BrokenRowException {
    JsonNode value = object.get(name);
    if (value == null) {
      throw problem("no field \"" + name + "\"; found " + names(object));
    }
    return value;
  }

  /** The whole row. */
  ObjectNode object() {
    return object;
  }

  BrokenRowException problem(String what) {
    return row.problem(what);
  }

  /** The type of a JSON value, for messages. */
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

  /** The field names of an object, for messages. */
  static String names(JsonNode object) {
    return object.isEmpty()
        ? "no fields"
        : String.join(", ", (Iterable<String>) object::fieldNames);
  }

  /**
   * Checks that a text is Unicode: JSON can contain unpaired surrogates, which tokenizers reject.
   *
   * @throws BrokenRowException if it has an unpaired surrogate
   */
  static String unicode(Row row, String text) throws BrokenRowException {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))
          && !Character.isSupplementaryCodePoint(text.codePointAt(i++))) {
        throw row.problem(
            String.format(
                Locale.ROOT,
                "half a surrogate pair, which is no Unicode text, at character %d of a text",
                i));
      }
    }
    return text;
  }
}
