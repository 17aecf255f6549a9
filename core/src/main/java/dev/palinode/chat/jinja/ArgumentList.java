package dev.palinode.chat.jinja;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The arguments of a call, as written. */
record ArgumentList(
    List<Expression> positional,
    Map<String, Expression> named,
    @Nullable Expression spread,
    @Nullable Expression spreadNamed) {
  static final ArgumentList EMPTY = new ArgumentList(List.of(), Map.of(), null, null);

  Arguments evaluate(Scope scope) {
    List<Object> values = ExpressionParser.evaluated(positional, scope);
    Map<String, Object> byName = new LinkedHashMap<>();
    named.forEach((name, value) -> byName.put(name, value.evaluate(scope)));
    if (spread != null) {
      Values.items(spread.evaluate(scope)).forEach(values::add);
    }
    if (spreadNamed != null) {
      if (!(spreadNamed.evaluate(scope) instanceof Map<?, ?> map)) {
        throw new TemplateException("expected a dict behind **");
      }
      map.forEach((name, value) -> byName.put(PythonText.str(name), value));
    }
    return new Arguments(values, byName);
  }
}
