package dev.palinode.jinja;

import dev.palinode.jinja.Types.None;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The arguments of a call.
 *
 * @param named keyword arguments, in the order in which they were written
 */
record Arguments(List<Object> positional, Map<String, Object> named) {
  /** Arguments as a template writes them; at most one of each kind of spread. */
  record Written(
      List<Expression> positional,
      Map<String, Expression> named,
      List<Expression> spread,
      List<Expression> spreadNamed) {
    /** No arguments yet. */
    Written() {
      this(new ArrayList<>(), new LinkedHashMap<>(), new ArrayList<>(), new ArrayList<>());
    }

    Arguments evaluate(Scope scope) {
      List<Object> values = Expression.all(positional, scope);
      Map<String, Object> byName = new LinkedHashMap<>();
      named.forEach((name, value) -> byName.put(name, value.evaluate(scope)));
      spread.forEach(each -> Values.items(each.evaluate(scope)).forEach(values::add));
      for (Expression each : spreadNamed) {
        if (!(each.evaluate(scope) instanceof Map<?, ?> map)) {
          throw new TemplateException("expected a dict after **");
        }
        map.forEach((name, value) -> byName.put(PythonText.str(name), value));
      }
      return new Arguments(values, byName);
    }
  }

  /** All but the first {@code count} positional arguments. */
  Arguments without(int count) {
    return new Arguments(positional.subList(count, positional.size()), named);
  }

  /**
   * Binds the arguments to the names of a signature.
   *
   * @throws TemplateException if there are too many arguments, or unknown names
   */
  Bound bind(String callee, String... names) {
    Map<String, Object> values = new LinkedHashMap<>();
    if (positional.size() > names.length) {
      throw new TemplateException(
          "%s takes at most %d argument(s), got %d", callee, names.length, positional.size());
    }
    for (int i = 0; i < positional.size(); i++) {
      values.put(names[i], positional.get(i));
    }
    named.forEach(
        (name, value) -> {
          if (!List.of(names).contains(name)) {
            throw new TemplateException("%s has no argument named '%s'", callee, name);
          }
          if (values.put(name, value) != null) {
            throw new TemplateException("%s got '%s' twice", callee, name);
          }
        });
    return new Bound(callee, values);
  }

  /** Arguments by name. */
  record Bound(String callee, Map<String, Object> values) {
    Object get(String name, Object otherwise) {
      return values.getOrDefault(name, otherwise);
    }

    Object get(String name) {
      Object value = values.get(name);
      if (value == null) {
        throw new TemplateException("%s needs its argument '%s'", callee, name);
      }
      return value;
    }

    boolean has(String name) {
      return values.getOrDefault(name, None.NONE) != None.NONE;
    }

    boolean flag(String name) {
      return Values.isTrue(get(name, false));
    }

    String text(String name) {
      return text(name, get(name));
    }

    String text(String name, Object otherwise) {
      Object value = get(name, otherwise);
      if (value instanceof String text) {
        return text;
      }
      throw new TemplateException(
          "%s: '%s' must be a string, got %s", callee, name, Values.type(value));
    }

    int number(String name, int otherwise) {
      Object value = get(name, (long) otherwise);
      if (value instanceof Long number && number == number.intValue()) {
        return number.intValue();
      }
      throw new TemplateException(
          "%s: '%s' must be an integer, got %s", callee, name, Values.type(value));
    }
  }
}
