package dev.palinode.jinja;

import dev.palinode.jinja.Arguments.Bound;
import dev.palinode.jinja.Types.None;
import dev.palinode.jinja.Types.Undefined;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** The filters {@code int}, {@code float} and {@code round}. */
final class Numbers {
  /** The most digits of any double. */
  private static final int MAX_PRECISION = 1100;

  private static final String WHOLE = "[+-]?\\d+(?:_\\d+)*";
  private static final String FRACTIONAL =
      "[+-]?(?:\\d+(?:_\\d+)*\\.?|\\d*\\.\\d+)(?:\\d)*(?:[eE][+-]?\\d+)?";

  private Numbers() {}

  static Object whole(Object value, Bound bound) {
    if (bound.number("base", 10) != 10) {
      throw new TemplateException("int: a base other than 10 is not supported");
    }
    Object number = parsed(value);
    if (number instanceof Double fraction) {
      if (Double.isNaN(fraction) || Math.abs(fraction) >= 0x1p63) {
        throw new TemplateException("int: %s is too large", value);
      }
      return fraction.longValue();
    }
    return number == None.NONE ? bound.get("default", 0L) : number;
  }

  static Object fractional(Object value, Bound bound) {
    Object number = parsed(value);
    return number instanceof Number known ? known.doubleValue() : bound.get("default", 0.0);
  }

  static Object rounded(Object value, Bound bound) {
    int precision = bound.number("precision", 0);
    if (Math.abs((long) precision) > MAX_PRECISION) {
      throw new TemplateException(
          "round: a precision of more than %d is not supported", MAX_PRECISION);
    }
    String method = bound.text("method", "common");
    Object number = Operations.number(value);
    if (number instanceof Long && method.equals("common") && precision >= 0) {
      return number;
    } else if (number instanceof Number known) {
      BigDecimal exact = new BigDecimal(known.doubleValue());
      return exact.setScale(precision, mode(method)).doubleValue();
    }
    throw new TemplateException("round: expected a number, got %s", Values.type(value));
  }

  private static RoundingMode mode(String method) {
    return switch (method) {
      case "common" -> RoundingMode.HALF_EVEN;
      case "ceil" -> RoundingMode.CEILING;
      case "floor" -> RoundingMode.FLOOR;
      default -> throw new TemplateException("round: the method is common, ceil or floor");
    };
  }

  /** A Long or a Double; {@link None} for other values. */
  private static Object parsed(Object value) {
    if (value instanceof Undefined undefined) {
      throw new TemplateException(undefined.message());
    }
    Object number = Operations.number(value);
    if (number instanceof Number) {
      return number;
    } else if (value instanceof String text) {
      String digits = PythonStrings.strip(text, null, true, true);
      if (digits.matches(WHOLE)) {
        return parsedWhole(digits.replace("_", ""));
      } else if (digits.matches(FRACTIONAL)) {
        return Double.parseDouble(digits.replace("_", ""));
      }
    }
    return None.NONE;
  }

  private static long parsedWhole(String digits) {
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      throw new TemplateException("int: %s is too large", digits).because(e);
    }
  }
}
