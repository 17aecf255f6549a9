package dev.palinode.chat.jinja;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code value.name} and {@code value[index]}, in the order in which Jinja2 looks for them. */
final class Attributes {
  /** What Python's numbers have and no template is known to ask for. */
  private static final Set<String> OF_NUMBERS =
      Set.of(
          "as_integer_ratio",
          "bit_count",
          "bit_length",
          "conjugate",
          "denominator",
          "from_bytes",
          "fromhex",
          "hex",
          "imag",
          "is_integer",
          "numerator",
          "real",
          "to_bytes");

  private Attributes() {}

  /** {@code value.name}: a method of that name goes before a dict's entry. */
  static Object attribute(Object value, String name) {
    Object found = member(value, name);
    if (found == null && value instanceof Map<?, ?> map) {
      found = map.get(name);
    }
    return found == null ? missing(value, name) : found;
  }

  /** {@code value[index]}: a dict's entry goes before a method of that name. */
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
      return MappingMethods.find(map, name);
    } else if (value instanceof Namespace namespace) {
      return namespace.variables().get(name);
    } else if (value instanceof LoopState loop) {
      return loop.member(name);
    } else if (value instanceof List<?> list) {
      return ListMethods.find(list, name);
    } else if ((value instanceof Number || value instanceof Boolean) && OF_NUMBERS.contains(name)) {
      throw new TemplateException("'%s' of a number is not supported".formatted(name));
    } else if (value instanceof Markup) {
      throw new TemplateException("'%s' of what 'safe' gave is not supported".formatted(name));
    }
    return null;
  }

  private static Undefined missing(Object value, Object name) {
    if (value instanceof Undefined undefined) {
      throw undefined.failure();
    }
    return new Undefined("%s has no %s".formatted(Values.type(value), PythonText.repr(name)));
  }
}
