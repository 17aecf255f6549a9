package dev.palinode.jinja;

import dev.palinode.jinja.Types.Markup;
import dev.palinode.jinja.Types.None;
import dev.palinode.jinja.Types.Range;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The filter {@code tojson} as in transformers, which is Python's {@code json.dumps} with {@code
 * ensure_ascii=False}: separators {@code ", "} and {@code ": "}, keys in their order, no HTML
 * escapes; with {@code indent} one entry per line.
 */
final class JsonText {
  private final boolean asciiOnly;
  private final boolean isSorted;
  private final boolean isIndented;
  private final String indent;
  private final String itemSeparator;
  private final String keySeparator;
  private final StringBuilder out = new StringBuilder();

  private JsonText(Arguments.Bound options) {
    asciiOnly = options.flag("ensure_ascii");
    isSorted = options.flag("sort_keys");
    isIndented = options.has("indent");
    indent = isIndented ? indent(options) : "";
    List<Object> separators =
        options.has("separators")
            ? Values.list(options.get("separators"))
            : List.of(isIndented ? "," : ", ", ": ");
    if (separators.size() != 2) {
      throw new TemplateException("tojson: expected two separators, (item, key)");
    }
    itemSeparator = PythonText.str(separators.get(0));
    keySeparator = PythonText.str(separators.get(1));
  }

  static String of(Object value, Arguments.Bound options) {
    JsonText json = new JsonText(options);
    json.write(value, "");
    return json.out.toString();
  }

  private static String indent(Arguments.Bound options) {
    return options.get("indent") instanceof String text
        ? text
        : spaces(options.number("indent", 0));
  }

  /** {@code count} spaces; none if it is negative. */
  static String spaces(int count) {
    Budget.checkLength(Math.max(0, count));
    return " ".repeat(Math.max(0, count));
  }

  private void write(Object value, String margin) {
    if (value instanceof Map<?, ?> map) {
      writeAll('{', '}', entries(map), margin);
    } else if (value instanceof List<?> list && !(value instanceof Range)) {
      writeAll('[', ']', list, margin);
    } else if (value instanceof String || value instanceof Markup) {
      writeString(PythonText.str(value));
    } else {
      out.append(scalar(value));
    }
  }

  private List<Map.Entry<?, ?>> entries(Map<?, ?> map) {
    List<Map.Entry<?, ?>> entries = new ArrayList<>(map.entrySet());
    if (isSorted) {
      entries.sort((a, b) -> Operations.compare(a.getKey(), b.getKey()));
    }
    return entries;
  }

  private void writeAll(char open, char close, List<?> items, String margin) {
    out.append(open);
    Budget.checkLength((long) margin.length() + indent.length());
    String inner = margin + indent;
    String separator = "";
    for (Object item : items) {
      Budget.checkLength(out.append(separator).length() + (long) inner.length());
      if (isIndented) {
        out.append('\n').append(inner);
      }
      if (item instanceof Map.Entry<?, ?> entry) {
        Object key = entry.getKey();
        writeString(key instanceof String text ? text : scalar(key));
        out.append(keySeparator);
        write(entry.getValue(), inner);
      } else {
        write(item, inner);
      }
      separator = itemSeparator;
    }
    if (isIndented && !items.isEmpty()) {
      out.append('\n').append(margin);
    }
    out.append(close);
  }

  private static String scalar(Object value) {
    if (value == None.NONE) {
      return "null";
    } else if (value instanceof Boolean || value instanceof Long || value instanceof BigInteger) {
      return value.toString();
    } else if (value instanceof Double number) {
      return Double.isFinite(number) ? PythonText.decimal(number) : number.toString();
    }
    throw Values.failure(value, "tojson: %s has no JSON", Values.type(value));
  }

  private void writeString(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        default -> {
          if (c < 0x20 || (asciiOnly && c > 0x7e)) {
            out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
