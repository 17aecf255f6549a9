package dev.palinode.jinja;

import dev.palinode.jinja.Types.None;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of a call.
 *
 * @param named keyword arguments, in the order in which they were written
 */
record Arguments(List<Object> positional, Map<String, Object> named) {
  /** Arguments as a template writes them. */
  record Written(
      List<Expression> positional,
      Map<String, Expression> named,
      @Nullable Expression spread,
      @Nullable Expression spreadNamed) {
    static final Written NONE = new Written(List.of(), Map.of(), null, null);

    Arguments evaluate(Scope scope) {
      List<Object> values = ExpressionParser.evaluated(positional, scope);
      Map<String, Object> byName = new LinkedHashMap<>();
      named.forEach((name, value) -> byName.put(name, value.evaluate(scope)));
      if (spread != null) {
        Values.items(spread.evaluate(scope)).forEach(values::add);
      }
      if (spreadNamed != null) {
        if (!(spreadNamed.evaluate(scope) instanceof Map<?, ?> map)) {
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

  /** The result of a callee that takes no arguments. */
  Object none(String callee, Object result) {
    bind(callee);
    return result;
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
