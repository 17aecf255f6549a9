package dev.palinode.jinja;

import dev.palinode.jinja.Types.Callable;
import dev.palinode.jinja.Types.Markup;
import dev.palinode.jinja.Types.None;
import dev.palinode.jinja.Types.Range;
import dev.palinode.jinja.Types.Tuple;
import dev.palinode.jinja.Types.Undefined;
import dev.palinode.jinja.Types.View;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Operations of all values: type, truth, items, length. */
final class Values {
  private Values() {}

  /** Converts a Java value to a template value; maps and lists are copied deeply. */
  static Object of(@Nullable Object value) {
    if (value == null) {
      return None.NONE;
    } else if (value instanceof String || value instanceof Boolean || value instanceof Long) {
      return value;
    } else if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
      return ((Number) value).longValue();
    } else if (value instanceof Float || value instanceof Double) {
      return ((Number) value).doubleValue();
    } else if (value instanceof BigInteger big) {
      return big.bitLength() < Long.SIZE ? (Object) big.longValue() : big;
    } else if (value instanceof Map<?, ?> map) {
      Map<Object, Object> copy = new LinkedHashMap<>();
      map.forEach((key, item) -> copy.put(of(key), of(item)));
      return copy;
    } else if (value instanceof Collection<?> items) {
      List<Object> copy = new ArrayList<>(items.size());
      items.forEach(item -> copy.add(of(item)));
      return copy;
    }
    throw new IllegalArgumentException(
        "a template takes strings, numbers, booleans, lists, maps and null, not "
            + value.getClass().getName());
  }

  static String type(Object value) {
    if (value instanceof String || value instanceof Markup) {
      return "str";
    } else if (value instanceof Boolean) {
      return "bool";
    } else if (value instanceof Long || value instanceof BigInteger) {
      return "int";
    } else if (value instanceof Double) {
      return "float";
    } else if (value instanceof Tuple) {
      return "tuple";
    } else if (value instanceof List) {
      return value instanceof Range ? "range" : "list";
    } else if (value instanceof Map) {
      return "dict";
    } else if (value instanceof View view) {
      return view.name();
    } else if (value instanceof Callable) {
      return "function";
    }
    return value == None.NONE ? "None" : value.getClass().getSimpleName();
  }

  static boolean isTrue(Object value) {
    if (value instanceof Boolean truth) {
      return truth;
    } else if (value instanceof Number number) {
      return number.doubleValue() != 0;
    } else if (value instanceof String || value instanceof Markup) {
      return !PythonText.str(value).isEmpty();
    } else if (value instanceof Collection || value instanceof Map) {
      return Budget.size(value) > 0;
    }
    return value != None.NONE && !(value instanceof Undefined);
  }

  /**
   * A value as the key of a dict lookup: to Python 1, 1.0 and True are the same key.
   *
   * @throws TemplateException if it cannot be a key
   */
  static Object key(Object value) {
    Object number = Operations.number(value);
    if (number instanceof Double fraction && fraction == Math.rint(fraction)) {
      return fraction.longValue();
    } else if (value instanceof Map || (value instanceof List && !(value instanceof Tuple))) {
      throw new TemplateException("%s cannot be a key", type(value));
    }
    return number;
  }

  /**
   * The key of a new dict. Booleans and floats are refused: equal keys of two types print wrongly.
   */
  static Object newKey(Object value) {
    if (value instanceof Boolean || value instanceof Double) {
      throw new TemplateException("%s as a key is not supported", type(value));
    }
    return key(value);
  }

  /** The items of a loop over a value: characters of a string, keys of a dict. */
  static Iterable<Object> items(Object value) {
    if (value instanceof Undefined) {
      return List.of();
    } else if (value instanceof String text) {
      return characters(text);
    } else if (value instanceof Map<?, ?> map) {
      return objects(map.keySet());
    } else if (value instanceof Iterable<?> items) {
      return objects(items);
    }
    throw new TemplateException("%s is not iterable", type(value));
  }

  /** The error of a value that does not fit: if it is undefined, that is what is wrong. */
  static TemplateException failure(Object value, String message, Object... arguments) {
    return value instanceof Undefined undefined
        ? new TemplateException(undefined.message())
        : new TemplateException(message, arguments);
  }

  static List<Object> list(Object value) {
    List<Object> list = new ArrayList<>();
    items(value).forEach(list::add);
    return list;
  }

  static long length(Object value) {
    if (value instanceof Undefined) {
      return 0;
    } else if (value instanceof String text) {
      return text.codePointCount(0, text.length());
    } else if (value instanceof Markup markup) {
      return length(markup.text());
    } else if (value instanceof Collection<?> items) {
      return items.size();
    } else if (value instanceof Map<?, ?> map) {
      return map.size();
    }
    throw new TemplateException("%s has no length", type(value));
  }

  private static List<Object> characters(String text) {
    return text.codePoints().<Object>mapToObj(Character::toString).toList();
  }

  /** An unchecked cast: every value here is a non-null object, whatever its static type. */
  @SuppressWarnings("unchecked")
  static Iterable<Object> objects(Iterable<?> items) {
    return (Iterable<Object>) items;
  }
}
