package dev.palinode.training.recipe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.palinode.data.format.Nearest;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A recipe as it was written, with what the command line set otherwise: a flat list of keys.
 *
 * <p>Keys are those of a settings record, {@code learning_rate} for {@code learningRate}. Every key
 * must be there and none may be left over; all problems are reported together.
 */
public final class RecipeFile {
  private static final YAMLMapper YAML = new YAMLMapper();

  private final String name;
  private final ObjectNode values;

  private RecipeFile(String name, ObjectNode values) {
    this.name = name;
    this.values = values;
  }

  /**
   * Reads a YAML file.
   *
   * @param overrides {@code key=value}, the value without quotes; later ones win
   * @throws IOException if the file cannot be read
   * @throws RecipeException if it is no list of keys, or an override is no {@code key=value}
   */
  public static RecipeFile read(Path file, List<String> overrides) throws IOException {
    List<String> problems = new ArrayList<>();
    ObjectNode values = YAML.createObjectNode();
    try {
      JsonNode tree = YAML.readTree(Files.readString(file));
      if (tree instanceof ObjectNode object) {
        values = object;
      } else {
        problems.add("the file holds no keys");
      }
    } catch (JsonProcessingException e) {
      String where = e.getLocation() == null ? "" : "line " + e.getLocation().getLineNr() + ": ";
      problems.add(where + "no valid YAML: " + e.getOriginalMessage());
    }
    Map<String, String> given = new LinkedHashMap<>();
    for (String override : overrides) {
      int equals = override.indexOf('=');
      if (equals < 1) {
        problems.add("\"" + override + "\": expected key=value");
        continue;
      }
      given.put(override.substring(0, equals), override.substring(equals + 1));
    }
    if (!problems.isEmpty()) {
      throw new RecipeException(file.toString(), problems);
    }
    for (Map.Entry<String, String> each : given.entrySet()) {
      values.set(each.getKey(), scalar(each.getValue()));
    }
    return new RecipeFile(file.toString(), values);
  }

  /** As YAML would read it, so that a value is the same wherever it stands. */
  private static JsonNode scalar(String text) {
    JsonNodeFactory nodes = YAML.getNodeFactory();
    if (text.equals("true") || text.equals("false")) {
      return nodes.booleanNode(text.equals("true"));
    } else if (text.matches("-?[0-9]{1,18}")) {
      long number = Long.parseLong(text);
      return number == (int) number ? nodes.numberNode((int) number) : nodes.numberNode(number);
    } else if (text.matches("-?[0-9]*\\.?[0-9]+([eE][-+]?[0-9]+)?")) {
      return nodes.numberNode(Double.parseDouble(text));
    }
    return nodes.textNode(text);
  }

  /** The file, as it was named. */
  public String name() {
    return name;
  }

  /** The text of a key; empty if it is not there. */
  public Optional<String> text(String key) {
    return values.hasNonNull(key) ? Optional.of(values.get(key).asText()) : Optional.empty();
  }

  /** The recipe as it will be run, as YAML. */
  public String resolved() throws IOException {
    return YAML.writeValueAsString(values);
  }

  /**
   * The settings that the recipe states.
   *
   * @param type a record of String, Path, int, long, double, boolean and enum components, and of
   *     further such records, whose keys stand beside the others; constructors check ranges
   * @throws RecipeException if a key is unknown, missing or of the wrong kind, or a value is
   *     refused; it names all of them
   */
  public <R extends Record> R bind(Class<R> type) {
    List<String> problems = new ArrayList<>();
    List<String> known = keys(type).toList();
    values
        .fieldNames()
        .forEachRemaining(
            key -> {
              if (!known.contains(key)) {
                problems.add(
                    "unknown key \""
                        + key
                        + "\"; did you mean \""
                        + Nearest.to(key, known)
                        + "\"?");
              }
            });
    Optional<R> bound = bind(type, problems);
    if (!problems.isEmpty() || bound.isEmpty()) {
      throw new RecipeException(name, problems);
    }
    return bound.get();
  }

  /** The keys of settings with their values, each value spelt in one way however it was given. */
  static Map<String, String> values(Record settings) {
    Map<String, String> values = new LinkedHashMap<>();
    for (RecordComponent component : settings.getClass().getRecordComponents()) {
      Object value = value(settings, component);
      if (value instanceof Record group) {
        values.putAll(values(group));
      } else {
        values.put(
            key(component.getName()),
            component.getType().isEnum() ? spelled(value) : value.toString());
      }
    }
    return values;
  }

  private static Object value(Record settings, RecordComponent component) {
    try {
      return component.getAccessor().invoke(settings);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(settings.getClass() + " is not open to recipes", e);
    }
  }

  private static Stream<String> keys(Class<?> type) {
    return Arrays.stream(type.getRecordComponents())
        .flatMap(
            component ->
                component.getType().isRecord()
                    ? keys(component.getType())
                    : Stream.of(key(component.getName())));
  }

  /** Empty if something is wrong, which is then among the problems. */
  private <R> Optional<R> bind(Class<R> type, List<String> problems) {
    RecordComponent[] components = type.getRecordComponents();
    List<Object> arguments = new ArrayList<>();
    for (int i = 0; i < components.length; i++) {
      Class<?> kind = components[i].getType();
      Optional<?> argument =
          kind.isRecord()
              ? bind(kind, problems)
              : argument(key(components[i].getName()), kind, problems);
      argument.ifPresent(arguments::add);
    }
    return arguments.size() == components.length
        ? construct(type, components, arguments.toArray(), problems)
        : Optional.empty();
  }

  private Optional<Object> argument(String key, Class<?> type, List<String> problems) {
    JsonNode value = values.path(key);
    if (value.isMissingNode() || value.isNull()) {
      problems.add(key + " is not set: give it in the file or as " + key + "=...");
      return Optional.empty();
    }
    try {
      return Optional.of(convert(value, type));
    } catch (IllegalArgumentException e) {
      problems.add(key + " is " + value.asText() + ": expected " + e.getMessage());
      return Optional.empty();
    }
  }

  private static <R> Optional<R> construct(
      Class<R> type, RecordComponent[] components, Object[] arguments, List<String> problems) {
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      return Optional.of(type.getDeclaredConstructor(types).newInstance(arguments));
    } catch (InvocationTargetException e) {
      String message = e.getCause() == null ? e.toString() : e.getCause().getMessage();
      problems.addAll(String.valueOf(message).lines().toList());
      return Optional.empty();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " is no record that recipes can make", e);
    }
  }

  private static Object convert(JsonNode value, Class<?> type) {
    String text = value.isValueNode() ? value.asText().strip() : "";
    if (type == String.class && value.isValueNode()) {
      return text;
    } else if (type == Path.class && !text.isEmpty()) {
      return Path.of(text);
    } else if (type == boolean.class && (text.equals("true") || text.equals("false"))) {
      return text.equals("true");
    } else if (type.isEnum()) {
      return constant(text, type);
    }
    try {
      if (type == int.class) {
        return Integer.valueOf(text);
      } else if (type == long.class) {
        return Long.valueOf(text);
      } else if (type == double.class) {
        return Double.valueOf(text);
      }
    } catch (NumberFormatException e) {
      // falls to the message below
    }
    throw new IllegalArgumentException(
        type == int.class || type == long.class
            ? "a whole number"
            : type == double.class
                ? "a number"
                : type == boolean.class ? "true or false" : "one text, not a list");
  }

  private static Object constant(String text, Class<?> type) {
    List<Object> constants = List.of(type.getEnumConstants());
    return constants.stream()
        .filter(constant -> spelled(constant).equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "one of "
                        + constants.stream()
                            .map(RecipeFile::spelled)
                            .collect(Collectors.joining(", "))));
  }

  private static String spelled(Object constant) {
    return constant.toString().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** {@code learningRate -> learning_rate}. */
  private static String key(String component) {
    return component.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }
}
