package dev.palinode.data.file;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.data.record.BrokenRowException;
import dev.palinode.data.record.SourceLocation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One row of a data file, with typed access to its fields. Every method that throws a {@link
 * BrokenRowException} does so if the row is not an object, or the value has another type than its
 * name says; the message names the field and the type found.
 *
 * @param place where it begins
 * @param value its JSON value; an object in most files
 */
public record Row(SourceLocation place, JsonNode value) {
  /** The whole row. */
  public ObjectNode object() throws BrokenRowException {
    if (value instanceof ObjectNode object) {
      return object;
    }
    throw problem("expected a JSON object, found " + kind(value));
  }

  /** Whether the field is present and not null. */
  public boolean has(String name) throws BrokenRowException {
    return object().hasNonNull(name);
  }

  /** The first of these fields that is present and not null. */
  public Optional<String> firstOf(List<String> names) throws BrokenRowException {
    return names.stream().filter(object()::hasNonNull).findFirst();
  }

  /** The value of a field; a missing node if it is absent. */
  public JsonNode path(String name) {
    return value.path(name);
  }

  /** The text of a field, which must be present. */
  public String text(String name) throws BrokenRowException {
    return text(name, required(name));
  }

  /** A value in this field, or nested in it, as text. */
  public String text(String name, JsonNode nested) throws BrokenRowException {
    if (!nested.isTextual()) {
      throw problem("field \"" + name + "\" is " + kind(nested) + "; expected a string");
    }
    return unicode(nested.textValue());
  }

  /** The text of a field; {@code otherwise} if it is absent or null. */
  public String text(String name, String otherwise) throws BrokenRowException {
    return has(name) ? text(name) : otherwise;
  }

  /** The first of these fields that is present, as text; also converts numbers and booleans. */
  public String label(List<String> names, String otherwise) throws BrokenRowException {
    Optional<String> name = firstOf(names);
    if (name.isEmpty()) {
      return otherwise;
    }
    JsonNode label = path(name.get());
    return label.isNumber() || label.isBoolean() ? label.asText() : text(name.get());
  }

  /** The row's id from the first of these fields that is present, or its number in the file. */
  public String id(String... names) throws BrokenRowException {
    return label(List.of(names), String.valueOf(place.number()));
  }

  /** The texts of a field's list, which must be present. */
  public List<String> texts(String name) throws BrokenRowException {
    return texts(name, required(name));
  }

  /** A value in this field, or nested in it, as a list of texts. */
  public List<String> texts(String name, JsonNode nested) throws BrokenRowException {
    List<String> texts = new ArrayList<>();
    for (JsonNode each : list(name, nested)) {
      texts.add(text(name, each));
    }
    return texts;
  }

  /** The string fields of an object in this row, or of the row itself. */
  public Map<String, String> textsByName(JsonNode object) throws BrokenRowException {
    Map<String, String> texts = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> each : object.properties()) {
      texts.put(each.getKey(), text(each.getKey(), each.getValue()));
    }
    return texts;
  }

  /** The list of a field, which must be present. */
  public JsonNode list(String name) throws BrokenRowException {
    return list(name, required(name));
  }

  private JsonNode list(String name, JsonNode nested) throws BrokenRowException {
    if (!nested.isArray()) {
      throw problem("field \"" + name + "\" is " + kind(nested) + "; expected a list");
    }
    return nested;
  }

  private JsonNode required(String name) throws BrokenRowException {
    JsonNode found = object().get(name);
    if (found == null) {
      throw problem("no field \"" + name + "\"; found " + names(value));
    }
    return found;
  }

  /**
   * Checks that a text is Unicode: JSON can contain unpaired surrogates, which tokenizers reject.
   *
   * @throws BrokenRowException if it has an unpaired surrogate
   */
  public String unicode(String text) throws BrokenRowException {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))
          && !Character.isSupplementaryCodePoint(text.codePointAt(i++))) {
        throw problem(
            "half a surrogate pair, which is no Unicode text, at character " + i + " of a text");
      }
    }
    return text;
  }

  /** An exception that reports invalid content of this row. */
  public BrokenRowException problem(String what) {
    return new BrokenRowException(place, what, value.toString(), null);
  }

  /** The type of a JSON value, for messages. */
  public static String kind(JsonNode value) {
    return switch (value.getNodeType()) {
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
  public static String names(JsonNode object) {
    return object.isEmpty()
        ? "no fields"
        : String.join(", ", (Iterable<String>) object::fieldNames);
  }
}
