package dev.palinode.jinja;

import dev.palinode.jinja.Types.Markup;
import dev.palinode.jinja.Types.None;
import dev.palinode.jinja.Types.Range;
import dev.palinode.jinja.Types.Tuple;
import dev.palinode.jinja.Types.Undefined;
import dev.palinode.jinja.Types.View;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Values as Python's {@code str} and {@code repr} write them. */
final class PythonText {
  private PythonText() {}

  /** {@code str(value)}, as a template prints it. */
  static String str(Object value) {
    if (value instanceof String text) {
      return text;
    } else if (value instanceof Markup markup) {
      return markup.text();
    } else if (value instanceof Undefined) {
      return "";
    }
    return repr(value);
  }

  /** {@code repr(value)}, as inside a printed list. */
  static String repr(Object value) {
    String text = written(value);
    Budget.checkLength(text.length());
    return text;
  }

  private static String written(Object value) {
    if (value instanceof String text) {
      return quoted(text);
    } else if (value instanceof Boolean truth) {
      return truth ? "True" : "False";
    } else if (value instanceof Long || value instanceof BigInteger) {
      return value.toString();
    } else if (value instanceof Double number) {
      return decimal(number);
    } else if (value instanceof Tuple tuple) {
      return "(" + joined(tuple) + (tuple.size() == 1 ? ",)" : ")");
    } else if (value instanceof List<?> list && !(value instanceof Range)) {
      return "[" + joined(list) + "]";
    } else if (value instanceof View view) {
      return view.name() + "([" + joined(view) + "])";
    } else if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .map(entry -> repr(entry.getKey()) + ": " + repr(entry.getValue()))
          .collect(Collectors.joining(", ", "{", "}"));
    } else if (value == None.NONE) {
      return "None";
    } else if (value instanceof Undefined) {
      return "Undefined";
    }
    throw new TemplateException(
        "a %s has no text that says anything; is a filter such as list missing?",
        Values.type(value));
  }

  private static String joined(Collection<?> items) {
    return items.stream().map(PythonText::repr).collect(Collectors.joining(", "));
  }

  /** The shortest decimal that parses to the same number, as in {@code float.__repr__}. */
  static String decimal(double number) {
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      return Double.isNaN(number) ? "nan" : number > 0 ? "inf" : "-inf";
    } else if (number == 0) {
      return 1 / number > 0 ? "0.0" : "-0.0";
    }
    BigDecimal exact = new BigDecimal(number);
    BigDecimal shortest = exact;
    for (int digits = 1; digits <= 17; digits++) {
      shortest = exact.round(new MathContext(digits));
      if (shortest.doubleValue() == number) {
        break;
      }
    }
    String digits = shortest.unscaledValue().abs().toString();
    int exponent = shortest.precision() - shortest.scale() - 1;
    String sign = number < 0 ? "-" : "";
    if (exponent < -4 || exponent >= 16) {
      String stripped = digits.replaceFirst("(?<=.)0+$", "");
      String fraction = stripped.length() == 1 ? "" : "." + stripped.substring(1);
      String size = Math.abs(exponent) < 10 ? "0" + Math.abs(exponent) : "" + Math.abs(exponent);
      return sign + stripped.charAt(0) + fraction + "e" + (exponent < 0 ? "-" : "+") + size;
    }
    String plain = shortest.stripTrailingZeros().toPlainString();
    return plain.contains(".") ? plain : plain + ".0";
  }

  private static String quoted(String text) {
    char quote = text.contains("'") && !text.contains("\"") ? '"' : '\'';
    StringBuilder out = new StringBuilder().append(quote);
    text.codePoints().forEach(c -> appendEscaped(c, quote, out));
    return out.append(quote).toString();
  }

  private static void appendEscaped(int c, char quote, StringBuilder out) {
    switch (c) {
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      case '\\' -> out.append("\\\\");
      default -> {
        if (c == quote) {
          out.append('\\').append(quote);
        } else if (isPrintable(c)) {
          out.appendCodePoint(c);
        } else {
          out.append((c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x").formatted(c));
        }
      }
    }
  }

  private static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> c == ' ';
      default -> true;
    };
  }
}
