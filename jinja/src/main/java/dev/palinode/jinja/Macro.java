package dev.palinode.jinja;

import dev.palinode.jinja.Types.Callable;
import dev.palinode.jinja.Types.Tuple;
import dev.palinode.jinja.Types.Undefined;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A macro, or the body of a {@code call} block: text with parameters.
 *
 * @param defaults of the last parameters
 * @param special which of {@code varargs}, {@code kwargs} and {@code caller} the body uses; the
 *     macro accepts such arguments only then
 * @param scope where the macro was defined, for looking up names
 */
record Macro(
    String name,
    List<String> parameters,
    List<Expression> defaults,
    List<String> special,
    Node body,
    Scope scope)
    implements Callable {
  @Override
  public Object call(Arguments arguments) {
    Scope inner = scope.inner();
    List<Object> given = arguments.positional();
    if (given.size() > parameters.size() && !special.contains("varargs")) {
      throw new TemplateException(
          "macro %s takes at most %d argument(s), got %d", name, parameters.size(), given.size());
    }
    Map<String, Object> named = new LinkedHashMap<>(arguments.named());
    setCaller(named, inner);
    for (int i = 0; i < parameters.size(); i++) {
      inner.set(parameters.get(i), value(i, given, named, inner));
    }
    if (special.contains("varargs")) {
      int taken = Math.min(given.size(), parameters.size());
      inner.set("varargs", new Tuple(given.subList(taken, given.size())));
    }
    if (special.contains("kwargs")) {
      inner.set("kwargs", new LinkedHashMap<Object, Object>(named));
    } else if (!named.isEmpty()) {
      throw new TemplateException(
          "macro %s has no argument named %s", name, new ArrayList<>(named.keySet()));
    }
    return body.text(inner);
  }

  private void setCaller(Map<String, Object> named, Scope inner) {
    if (special.contains("caller") && !parameters.contains("caller")) {
      Object caller = named.remove("caller");
      inner.set("caller", caller == null ? new Undefined("no caller defined") : caller);
    }
  }

  private Object value(int at, List<Object> given, Map<String, Object> named, Scope inner) {
    String parameter = parameters.get(at);
    Object value = named.remove(parameter);
    if (at < given.size()) {
      if (value != null) {
        throw new TemplateException("macro %s got '%s' twice", name, parameter);
      }
      return given.get(at);
    } else if (value != null) {
      return value;
    }
    int fromEnd = parameters.size() - at;
    return fromEnd <= defaults.size()
        ? defaults.get(defaults.size() - fromEnd).evaluate(inner)
        : new Undefined("parameter '%s' was not provided".formatted(parameter));
  }
}
