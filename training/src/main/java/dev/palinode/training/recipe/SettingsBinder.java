package dev.palinode.training.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.text.Nearest;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Binds keys and values to settings records, and collects all problems. The key of a component
 * {@code learningRate} is {@code learning_rate}.
 */
final class SettingsBinder {
  /** Parser of a type of value; throws an IllegalArgumentException for other text. */
  private record Kind(String expected, Function<String, Object> read) {
    static Kind oneOf(Map<String, Object> constants) {
      return new Kind(
          "one of " + String.join(", ", constants.keySet()),
          text ->
              Optional.ofNullable(constants.get(text))
                  .orElseThrow(() -> new IllegalArgumentException(text)));
    }
  }

  private static final Map<Class<?>, Kind> KINDS =
      Map.of(
          String.class, new Kind("one text, not a list", text -> text),
          Path.class, new Kind("a path", Path::of),
          boolean.class, Kind.oneOf(new TreeMap<>(Map.of("true", true, "false", false))),
          int.class, new Kind("a whole number", Integer::valueOf),
          long.class, new Kind("a whole number", Long::valueOf),
          double.class, new Kind("a number", Double::valueOf));

  private final ObjectNode values;
  private final List<String> problems = new ArrayList<>();

  SettingsBinder(ObjectNode values) {
    this.values = values;
  }

  /** The problems, one line each. */
  List<String> problems() {
    return problems;
  }

  /** The settings; empty if they are invalid, with reasons among the problems. */
  <R> Optional<R> bind(Class<R> type) {
    List<String> known = keys(type).toList();
    values.fieldNames().forEachRemaining(key -> requireKnown(key, known));
    return record(type);
  }

  private void requireKnown(String key, List<String> known) {
    if (!known.contains(key)) {
      problems.add("unknown key \"" + key + "\"; did you mean \"" + Nearest.to(key, known) + "\"?");
    }
  }

  private <R> Optional<R> record(Class<R> type) {
    RecordComponent[] components = type.getRecordComponents();
    List<Object> arguments = new ArrayList<>();
    for (RecordComponent component : components) {
      Class<?> kind = component.getType();
      (kind.isRecord() ? record(kind) : value(key(component), kind)).ifPresent(arguments::add);
    }
    if (arguments.size() < components.length) {
      return Optional.empty();
    }
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      return Optional.of(type.getDeclaredConstructor(types).newInstance(arguments.toArray()));
    } catch (InvocationTargetException e) {
      String message = e.getCause() == null ? e.toString() : e.getCause().getMessage();
      problems.addAll(String.valueOf(message).lines().toList());
      return Optional.empty();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " is not a record that recipes can make", e);
    }
  }

  private Optional<Object> value(String key, Class<?> type) {
    JsonNode value = values.path(key);
    if (value.isMissingNode() || value.isNull()) {
      problems.add(key + " is not set: give it in the file or as " + key + "=...");
      return Optional.empty();
    }
    Kind kind = type.isEnum() ? Kind.oneOf(constants(type)) : KINDS.get(type);
    if (kind == null) {
      throw new IllegalStateException(type + " is not a type of settings");
    }
    String text = value.isValueNode() ? value.asText().strip() : value.toString();
    try {
      if (type == String.class ? value.isValueNode() : !text.isEmpty()) {
        return Optional.of(kind.read().apply(text));
      }
    } catch (IllegalArgumentException e) {
      // is reported below
    }
    problems.add(key + " is " + text + ": expected " + kind.expected());
    return Optional.empty();
  }

  private static Map<String, Object> constants(Class<?> type) {
    Map<String, Object> constants = new LinkedHashMap<>();
    for (Object constant : type.getEnumConstants()) {
      constants.put(text(constant), constant);
    }
    return constants;
  }

  /** Keys and values of settings, each value in one canonical spelling. */
  static Map<String, String> values(Record settings) {
    Map<String, String> values = new LinkedHashMap<>();
    for (RecordComponent component : settings.getClass().getRecordComponents()) {
      try {
        Object value = component.getAccessor().invoke(settings);
        if (value instanceof Record group) {
          values.putAll(values(group));
        } else {
          values.put(key(component), text(value));
        }
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(settings.getClass() + " is not open to recipes", e);
      }
    }
    return values;
  }

  private static String text(Object value) {
    return value instanceof Enum<?> constant
        ? constant.name().toLowerCase(Locale.ROOT).replace('_', '-')
        : value.toString();
  }

  private static Stream<String> keys(Class<?> type) {
    return Arrays.stream(type.getRecordComponents())
        .flatMap(
            component ->
                component.getType().isRecord()
                    ? keys(component.getType())
                    : Stream.of(key(component)));
  }

  private static String key(RecordComponent component) {
    return component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }
}
