package dev.palinode.jinja;

import dev.palinode.jinja.Types.Callable;
import dev.palinode.jinja.Types.Tuple;
import dev.palinode.jinja.Types.Undefined;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A macro, or the body of a {@code call} block: text with parameters.
 *
 * @param parameters with the values that they have if they are not given
 * @param special which of {@code varargs}, {@code kwargs} and {@code caller} the body uses; the
 *     macro accepts such arguments only then
 * @param scope where the macro was defined, for looking up names
 */
record Macro(
    String name, Map<String, Expression> parameters, List<String> special, Node body, Scope scope)
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
    if (special.contains("caller") && !parameters.containsKey("caller")) {
      Object caller = named.remove("caller");
      inner.set("caller", caller == null ? new Undefined("no caller defined") : caller);
    }
    Iterator<Object> positional = given.iterator();
    parameters.forEach(
        (parameter, otherwise) -> {
          Object value = named.remove(parameter);
          if (value != null && positional.hasNext()) {
            throw new TemplateException("macro %s got '%s' twice", name, parameter);
          } else if (positional.hasNext()) {
            value = positional.next();
          }
          inner.set(parameter, value == null ? otherwise.evaluate(inner) : value);
        });
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
}
