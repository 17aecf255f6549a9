package dev.palinode.jinja;

import dev.palinode.jinja.Types.Callable;
import dev.palinode.jinja.Types.Markup;
import dev.palinode.jinja.Types.Namespace;
import dev.palinode.jinja.Types.None;
import dev.palinode.jinja.Types.Tuple;
import dev.palinode.jinja.Types.Undefined;
import dev.palinode.jinja.Types.View;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code value.name} and {@code value[index]}, in the order in which Jinja2 looks for them, and the
 * methods of lists and dicts that change nothing: a template may not change its data.
 */
final class Attributes {
  /** Members of Python's numbers that no known template uses. */
  private static final List<String> OF_NUMBERS =
      PythonStrings.words(
          "as_integer_ratio bit_count bit_length conjugate denominator from_bytes fromhex hex imag"
              + " is_integer numerator real to_bytes",
          -1);

  private static final List<String> CHANGING_LISTS =
      PythonStrings.words("append clear copy extend insert pop remove reverse sort", -1);
  private static final List<String> CHANGING_DICTS =
      PythonStrings.words("clear copy fromkeys pop popitem setdefault update", -1);

  private Attributes() {}

  /** {@code value.name}: a method of that name takes precedence over a dict's entry. */
  static Object attribute(Object value, String name) {
    Object found = member(value, name);
    if (found == null && value instanceof Map<?, ?> map) {
      found = map.get(name);
    }
    return found == null ? missing(value, name) : found;
  }

  /** {@code value[index]}: a dict's entry takes precedence over a method of that name. */
  static Object item(Object value, Object index) {
    Object found = null;
    if (value instanceof Map<?, ?> map) {
      found = map.get(Values.key(index));
    } else if (Operations.number(index) instanceof Long number) {
      found = at(value, number);
    }
    if (found == null && index instanceof String name) {
      found = member(value, name);
    }
    return found == null ? missing(value, index) : found;
  }

  private static @Nullable Object at(Object value, long number) {
    boolean isList = value instanceof List;
    if (!isList && !(value instanceof String)) {
      return null;
    }
    long length = Values.length(value);
    long index = number < 0 ? number + length : number;
    if (index < 0 || index >= length) {
      return null;
    } else if (isList) {
      return ((List<?>) value).get((int) index);
    }
    String text = (String) value;
    return Character.toString(text.codePointAt(text.offsetByCodePoints(0, (int) index)));
  }

  private static @Nullable Object member(Object value, String name) {
    if (value instanceof Undefined undefined) {
      throw undefined.failure();
    } else if (value instanceof String text) {
      return StringMethods.find(text, name);
    } else if (value instanceof Map<?, ?> map) {
      return ofDict(map, name);
    } else if (value instanceof Namespace namespace) {
      return namespace.variables().get(name);
    } else if (value instanceof Loop.State loop) {
      return loop.member(name);
    } else if (value instanceof List<?> list) {
      return ofList(list, name);
    } else if ((value instanceof Number || value instanceof Boolean) && OF_NUMBERS.contains(name)) {
      throw new TemplateException("'%s' of a number is not supported", name);
    } else if (value instanceof Markup) {
      throw new TemplateException("'%s' of what 'safe' gave is not supported", name);
    }
    return null;
  }

  private static Undefined missing(Object value, Object name) {
    if (value instanceof Undefined undefined) {
      throw undefined.failure();
    }
    return new Undefined(Values.type(value) + " has no " + PythonText.repr(name));
  }

  private static @Nullable Callable ofList(List<?> list, String name) {
    if (CHANGING_LISTS.contains(name) && !(list instanceof Tuple)) {
      throw new TemplateException("list.%s is not supported", name);
    }
    return switch (name) {
      case "index" ->
          arguments -> {
            Object wanted = arguments.bind(name, "value").get("value");
            for (int i = 0; i < list.size(); i++) {
              if (Operations.equal(list.get(i), wanted)) {
                return (long) i;
              }
            }
            throw new TemplateException("%s is not in the list", PythonText.repr(wanted));
          };
      case "count" ->
          arguments -> {
            Object wanted = arguments.bind(name, "value").get("value");
            return list.stream().filter(item -> Operations.equal(item, wanted)).count();
          };
      default -> null;
    };
  }

  private static @Nullable Callable ofDict(Map<?, ?> map, String name) {
    if (CHANGING_DICTS.contains(name)) {
      throw new TemplateException("dict.%s is not supported", name);
    }
    return switch (name) {
      case "items" -> arguments -> arguments.none(name, entries(map));
      case "keys" -> arguments -> arguments.none(name, new View("dict_keys", Values.list(map)));
      case "values" ->
          arguments -> arguments.none(name, new View("dict_values", Values.list(map.values())));
      case "get" ->
          arguments -> {
            Arguments.Bound bound = arguments.bind("get", "key", "default");
            Object found = map.get(Values.key(bound.get("key")));
            return found == null ? bound.get("default", None.NONE) : found;
          };
      default -> null;
    };
  }

  /** {@code dict.items()}. */
  static View entries(Map<?, ?> map) {
    return new View(
        "dict_items",
        map.entrySet().stream().map(entry -> Tuple.of(entry.getKey(), entry.getValue())).toList());
  }
}
