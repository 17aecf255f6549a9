package dev.palinode.jinja;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A Jinja2 template, rendered as in transformers' {@code apply_chat_template}: {@code trim_blocks}
 * and {@code lstrip_blocks} on, loop controls, {@code raise_exception}, {@code strftime_now}, the
 * {@code generation} tag, {@code tojson} as {@code json.dumps}, and data that cannot be changed.
 * Immutable, safe for use by several threads.
 */
public final class JinjaTemplate {
  private final Node root;
  private final Clock clock;

  /**
   * Parses a template.
   *
   * @param clock for {@code strftime_now}
   * @throws TemplateException if it cannot be parsed
   */
  public JinjaTemplate(String source, Clock clock) {
    this.clock = clock;
    try {
      root = TemplateParser.parse(source);
    } catch (StackOverflowError e) {
      throw new TemplateException("nested too deeply").because(e);
    }
  }

  /**
   * Renders the template.
   *
   * @param variables strings, numbers, booleans, lists and maps of these, null for Python's None;
   *     other names are undefined
   * @throws TemplateException.Raised if the template calls {@code raise_exception}
   * @throws TemplateException if the template uses something undefined or unsupported
   * @throws IllegalArgumentException if a variable is of another type
   */
  public String render(Map<String, ?> variables) {
    Map<String, Object> values = new LinkedHashMap<>(Globals.functions(clock));
    variables.forEach((name, value) -> values.put(name, Values.of(value)));
    try {
      return root.text(Scope.root(values));
    } catch (StackOverflowError e) {
      throw new TemplateException("nested or recursive too deeply").because(e);
    }
  }
}
