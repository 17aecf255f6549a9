package dev.palinode.jinja;

import dev.palinode.jinja.Types.Markup;
import dev.palinode.jinja.Types.Range;
import dev.palinode.jinja.Types.Tuple;
import dev.palinode.jinja.Types.Undefined;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Python's operators. */
final class Operations {
  private Operations() {}

  static Object arithmetic(String operator, Object left, Object right) {
    try {
      if (number(left) instanceof Long a && number(right) instanceof Long b) {
        return whole(operator, a, b);
      } else if (number(left) instanceof Number a && number(right) instanceof Number b) {
        return fractional(operator, a.doubleValue(), b.doubleValue());
      } else if (operator.equals("+")) {
        return joined(left, right);
      } else if (operator.equals("*")) {
        return number(left) instanceof Long times
            ? repeated(right, times, left)
            : repeated(left, number(right), right);
      }
    } catch (ArithmeticException e) {
      throw new TemplateException("%s: %s", operator, String.valueOf(e.getMessage())).because(e);
    }
    throw unsupported(operator, left, right);
  }

  private static Object whole(String operator, long a, long b) {
    refuseDivisionByZero(operator, (double) a, (double) b);
    return switch (operator) {
      case "+" -> Math.addExact(a, b);
      case "-" -> Math.subtractExact(a, b);
      case "*" -> Math.multiplyExact(a, b);
      case "/" -> (double) a / b;
      case "//" -> Math.floorDiv(a, b);
      case "%" -> Math.floorMod(a, b);
      default -> b < 0 ? (Object) Math.pow((double) a, (double) b) : (Object) power(a, b);
    };
  }

  private static long power(long base, long exponent) {
    // Powers of -1, 0 and 1 repeat; others overflow long before a large exponent is reached.
    boolean isPeriodic = base >= -1 && base <= 1;
    long times = isPeriodic ? Math.min(exponent, 2 - exponent % 2) : exponent;
    long power = 1;
    for (long i = 0; i < times; i++) {
      power = Math.multiplyExact(power, base);
    }
    return power;
  }

  private static void refuseDivisionByZero(String operator, double a, double b) {
    boolean isByZero = b == 0 && List.of("/", "//", "%").contains(operator);
    if (isByZero || (a == 0 && b < 0 && operator.equals("**"))) {
      throw new TemplateException("division by zero");
    }
  }

  private static Object fractional(String operator, double a, double b) {
    refuseDivisionByZero(operator, a, b);
    return switch (operator) {
      case "+" -> a + b;
      case "-" -> a - b;
      case "*" -> a * b;
      case "/" -> a / b;
      case "//" -> Math.floor(a / b);
      case "%" -> {
        double rest = a % b;
        yield rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
      }
      default -> Math.pow(a, b);
    };
  }

  private static Object joined(Object left, Object right) {
    if (left instanceof String a && right instanceof String b) {
      return a + b;
    }
    boolean areTuples = left instanceof Tuple && right instanceof Tuple;
    if (areTuples || (isList(left) && isList(right))) {
      List<Object> all = Values.list(left);
      all.addAll((List<?>) right);
      return areTuples ? new Tuple(all) : all;
    }
    throw unsupported("+", left, right);
  }

  private static Object repeated(Object value, Object times, Object shown) {
    if (times instanceof Long count) {
      int copies = Math.toIntExact(Math.max(0, count));
      long length = value instanceof String text ? text.length() : Budget.size(value);
      Budget.checkLength(length * copies);
      if (value instanceof String text) {
        return text.repeat(copies);
      } else if (value instanceof Tuple || isList(value)) {
        List<Object> all = new ArrayList<>();
        Collections.nCopies(copies, (List<?>) value).forEach(all::addAll);
        return value instanceof Tuple ? new Tuple(all) : all;
      }
    }
    throw unsupported("*", value, shown);
  }

  static Object negated(Object value) {
    if (number(value) instanceof Long number) {
      return Math.negateExact(number);
    } else if (value instanceof Double number) {
      return -number;
    }
    throw Values.failure(value, "cannot negate %s", Values.type(value));
  }

  static Object unchanged(Object value) {
    if (number(value) instanceof Number number) {
      return number;
    }
    throw Values.failure(value, "cannot put + before %s", Values.type(value));
  }

  /** {@code ==}: numbers by value, lists and dicts item by item. */
  static boolean equal(Object left, Object right) {
    if (number(left) instanceof Number a && number(right) instanceof Number b) {
      boolean areWhole = !(a instanceof Double) && !(b instanceof Double);
      return areWhole ? a.equals(b) : a.doubleValue() == b.doubleValue();
    } else if (left instanceof Undefined || right instanceof Undefined) {
      return left.getClass() == right.getClass();
    } else if (left instanceof Markup a) {
      return equal(a.text(), right);
    } else if (right instanceof Markup b) {
      return equal(left, b.text());
    } else if (left instanceof List<?> a && right instanceof List<?> b) {
      return areAlike(a, b)
          && a.size() == b.size()
          && IntStream.range(0, a.size()).allMatch(i -> equal(a.get(i), b.get(i)));
    } else if (left instanceof Map<?, ?> a && right instanceof Map<?, ?> b) {
      return a.size() == b.size()
          && a.entrySet().stream()
              .allMatch(
                  entry ->
                      b.containsKey(entry.getKey())
                          && equal(entry.getValue(), b.get(entry.getKey())));
    }
    return left.equals(right);
  }

  /** Whether a comparison holds, named by its operator or as a test. */
  static boolean holds(String comparison, Object left, Object right) {
    return switch (comparison) {
      case "==", "eq", "equalto" -> equal(left, right);
      case "!=", "ne" -> !equal(left, right);
      case "<", "lt", "lessthan" -> compare(left, right) < 0;
      case "<=", "le" -> compare(left, right) <= 0;
      case ">", "gt", "greaterthan" -> compare(left, right) > 0;
      case ">=", "ge" -> compare(left, right) >= 0;
      case "in" -> contains(right, left);
      case "not in" -> !contains(right, left);
      default -> throw new IllegalArgumentException(comparison);
    };
  }

  /** A negative number, 0, or a positive number; an error for values that Python does not order. */
  static int compare(Object left, Object right) {
    if (number(left) instanceof Long a && number(right) instanceof Long b) {
      return a.compareTo(b);
    } else if (number(left) instanceof Number a && number(right) instanceof Number b) {
      return Double.compare(a.doubleValue(), b.doubleValue());
    } else if (left instanceof String a && right instanceof String b) {
      // Java compares UTF-16 units, which puts surrogate pairs before U+E000
      return Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray());
    } else if (left instanceof List<?> a && right instanceof List<?> b && areAlike(a, b)) {
      for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
        if (!equal(a.get(i), b.get(i))) {
          return compare(a.get(i), b.get(i));
        }
      }
      return Integer.compare(a.size(), b.size());
    }
    throw unsupported("<", left, right);
  }

  /** {@code item in container}. */
  static boolean contains(Object container, Object item) {
    if (container instanceof String || container instanceof Markup) {
      if (item instanceof String part) {
        return PythonText.str(container).contains(part);
      }
      throw Values.failure(item, "'in' a str needs a str, got %s", Values.type(item));
    } else if (container instanceof Map<?, ?> map) {
      return map.containsKey(Values.key(item));
    }
    for (Object each : Values.items(container)) {
      if (equal(each, item)) {
        return true;
      }
    }
    return false;
  }

  /** Converts booleans to numbers, as Python does; returns other values as they are. */
  static Object number(Object value) {
    return value instanceof Boolean truth ? (Object) (truth ? 1L : 0L) : value;
  }

  private static boolean areAlike(List<?> a, List<?> b) {
    return Values.type(a).equals(Values.type(b));
  }

  private static boolean isList(Object value) {
    return value instanceof List && !(value instanceof Tuple) && !(value instanceof Range);
  }

  private static TemplateException unsupported(String operator, Object left, Object right) {
    return Values.failure(
        left instanceof Undefined ? left : right,
        "'%s' is not supported between %s and %s",
        operator,
        Values.type(left),
        Values.type(right));
  }
}
