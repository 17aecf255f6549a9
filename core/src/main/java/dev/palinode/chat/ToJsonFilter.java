package dev.palinode.chat;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.filter.AdvancedFilter;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The filter {@code tojson} as transformers has it, which is Python's {@code json.dumps} with
 * {@code ensure_ascii=False}: separators {@code ", "} and {@code ": "}, keys in their order,
 * nothing escaped for HTML; {@code tojson(indent=4)} one entry a line.
 */
final class ToJsonFilter implements AdvancedFilter {
  @Override
  public String getName() {
    return "tojson";
  }

  @Override
  public Object filter(
      @Nullable Object value,
      JinjavaInterpreter interpreter,
      Object[] args,
      Map<String, Object> named) {
    Object indent = named.get("indent");
    StringBuilder out = new StringBuilder();
    write(value, indent instanceof Number width ? " ".repeat(width.intValue()) : null, "", out);
    return out.toString();
  }

  private static void write(
      @Nullable Object value, @Nullable String indent, String margin, StringBuilder out) {
    if (value instanceof Map<?, ?> map) {
      Iterator<? extends Map.Entry<?, ?>> entries = map.entrySet().iterator();
      writeAll(
          '{',
          '}',
          indent,
          margin,
          entries,
          out,
          (entry, inner) -> {
            writeString(String.valueOf(entry.getKey()), out);
            out.append(": ");
            write(entry.getValue(), indent, inner, out);
          });
    } else if (value instanceof Collection<?> list) {
      writeAll(
          '[',
          ']',
          indent,
          margin,
          list.iterator(),
          out,
          (item, inner) -> write(item, indent, inner, out));
    } else if (value instanceof Number || value instanceof Boolean) {
      out.append(value);
    } else if (value == null) {
      out.append("null");
    } else {
      writeString(value.toString(), out);
    }
  }

  private interface ItemWriter<T extends @Nullable Object> {
    void write(T item, String margin);
  }

  private static <T extends @Nullable Object> void writeAll(
      char open,
      char close,
      @Nullable String indent,
      String margin,
      Iterator<? extends T> items,
      StringBuilder out,
      ItemWriter<T> writer) {
    out.append(open);
    boolean any = items.hasNext();
    String inner = indent == null ? "" : margin + indent;
    while (items.hasNext()) {
      if (indent != null) {
        out.append('\n').append(inner);
      }
      writer.write(items.next(), inner);
      if (items.hasNext()) {
        out.append(indent == null ? ", " : ",");
      }
    }
    if (any && indent != null) {
      out.append('\n').append(margin);
    }
    out.append(close);
  }

  private static void writeString(String text, StringBuilder out) {
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
          if (c < 0x20) {
            out.append("\\u%04x".formatted((int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
