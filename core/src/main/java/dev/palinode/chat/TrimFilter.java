package dev.palinode.chat;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.filter.Filter;
import org.jspecify.annotations.Nullable;

/**
 * The filter {@code trim} as Jinja2 has it, Python's {@code str.strip}: no-break and ideographic
 * spaces go, control characters stay, other than in Jinjava's.
 */
final class TrimFilter implements Filter {
  @Override
  public String getName() {
    return "trim";
  }

  @Override
  public @Nullable Object filter(
      @Nullable Object value, JinjavaInterpreter interpreter, String... args) {
    return value == null ? null : PythonStrings.strip(value.toString(), null, true, true);
  }
}
