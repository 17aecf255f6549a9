package dev.palinode.training.recipe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.commons.text.similarity.LevenshteinDistance;

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
    given.forEach(values::put);
    return new RecipeFile(file.toString(), values);
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
   * @param type a record of String, Path, int, long, double, boolean and enum components; its
   *     constructor checks ranges
   * @throws RecipeException if a key is unknown, missing or of the wrong kind, or a value is
   *     refused
   */
  public <R extends Record> R bind(Class<R> type) {
    List<String> problems = new ArrayList<>();
    RecordComponent[] components = type.getRecordComponents();
    List<String> known =
        Arrays.stream(components).map(component -> key(component.getName())).toList();
    values
        .fieldNames()
        .forEachRemaining(
            key -> {
              if (!known.contains(key)) {
                problems.add(
                    "unknown key \"" + key + "\"; did you mean \"" + nearest(key, known) + "\"?");
              }
            });
    Object[] arguments = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      String key = known.get(i);
      JsonNode value = values.path(key);
      if (value.isMissingNode() || value.isNull()) {
        problems.add(key + " is not set: give it in the file or as " + key + "=...");
        continue;
      }
      try {
        arguments[i] = convert(value, components[i].getType());
      } catch (IllegalArgumentException e) {
        problems.add(key + " is " + value.asText() + ": expected " + e.getMessage());
      }
    }
    if (!problems.isEmpty()) {
      throw new RecipeException(name, problems);
    }
    return construct(type, components, arguments);
  }

  private <R extends Record> R construct(
      Class<R> type, RecordComponent[] components, Object[] arguments) {
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      return type.getDeclaredConstructor(types).newInstance(arguments);
    } catch (InvocationTargetException e) {
      String message = e.getCause() == null ? e.toString() : e.getCause().getMessage();
      throw new RecipeException(name, List.of(String.valueOf(message)));
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
            : type == double.class ? "a number" : "a " + type.getSimpleName());
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

  private static String nearest(String key, List<String> known) {
    LevenshteinDistance distance = LevenshteinDistance.getDefaultInstance();
    return known.stream()
        .min(Comparator.comparingInt(candidate -> distance.apply(key, candidate)))
        .orElseThrow();
  }
}
