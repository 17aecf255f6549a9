package dev.palinode.jinja;

import dev.palinode.jinja.Arguments.Bound;
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

  private static final Functions<List<?>> OF_TUPLES = ofSequences("");
  private static final Functions<List<?>> OF_LISTS =
      ofSequences("append clear copy extend insert pop remove reverse sort");
  private static final Functions<Map<?, ?>> OF_DICTS =
      new Functions<Map<?, ?>>("dict", "clear copy fromkeys pop popitem setdefault update")
          .with("items", (map, given) -> entries(map))
          .with("keys", (map, given) -> new View("dict_keys", Values.list(map)))
          .with("values", (map, given) -> new View("dict_values", Values.list(map.values())))
          .with("get key default", Attributes::get);

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
    if (value instanceof String text) {
      return StringMethods.METHODS.find(text, name);
    } else if (value instanceof Map<?, ?> map) {
      return OF_DICTS.find(map, name);
    } else if (value instanceof Namespace namespace) {
      return namespace.variables().get(name);
    } else if (value instanceof Loop.State loop) {
      return loop.member(name);
    } else if (value instanceof List<?> list) {
      return (list instanceof Tuple ? OF_TUPLES : OF_LISTS).find(list, name);
    } else if ((value instanceof Number || value instanceof Boolean) && OF_NUMBERS.contains(name)) {
      throw new TemplateException("'%s' of a number is not supported", name);
    } else if (value instanceof Markup) {
      throw new TemplateException("'%s' of what 'safe' gave is not supported", name);
    }
    return null;
  }

  private static Undefined missing(Object value, Object name) {
    if (value instanceof Undefined undefined) {
      throw new TemplateException(undefined.message());
    }
    return new Undefined(Values.type(value) + " has no " + PythonText.repr(name));
  }

  private static Functions<List<?>> ofSequences(String unsupported) {
    return new Functions<List<?>>("list", unsupported)
        .with("index value", Attributes::index)
        .with("count value", (list, given) -> count(list, given.get("value")));
  }

  private static Object index(List<?> list, Bound given) {
    Object wanted = given.get("value");
    for (int i = 0; i < list.size(); i++) {
      if (Operations.equal(list.get(i), wanted)) {
        return (long) i;
      }
    }
    throw new TemplateException("%s is not in the list", PythonText.repr(wanted));
  }

  private static Object count(List<?> list, Object wanted) {
    return list.stream().filter(item -> Operations.equal(item, wanted)).count();
  }

  private static Object get(Map<?, ?> map, Bound given) {
    Object found = map.get(Values.key(given.get("key")));
    return found == null ? given.get("default", None.NONE) : found;
  }

  /** {@code dict.items()}. */
  static View entries(Map<?, ?> map) {
    return new View(
        "dict_items",
        map.entrySet().stream().map(entry -> Tuple.of(entry.getKey(), entry.getValue())).toList());
  }
}
