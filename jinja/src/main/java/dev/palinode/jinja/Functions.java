package dev.palinode.jinja;

import dev.palinode.jinja.Arguments.Bound;
import dev.palinode.jinja.Types.Callable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Functions of a value by name: filters, or methods.
 *
 * @param <V> type of the value
 */
final class Functions<V> {
  private final Map<String, BiFunction<V, Arguments, Object>> functions = new HashMap<>();
  private final String type;
  private final List<String> unsupported;

  /** No functions yet; looking up one of the {@code unsupported} names is an error. */
  Functions(String type, String unsupported) {
    this.type = type;
    this.unsupported = PythonStrings.words(unsupported, -1);
  }

  /** Adds a function; the signature is its name and those of its parameters. */
  Functions<V> with(String signature, BiFunction<V, Bound, Object> body) {
    List<String> names = PythonStrings.words(signature, -1);
    String[] parameters = names.subList(1, names.size()).toArray(String[]::new);
    return withAny(
        names.get(0),
        (value, arguments) -> body.apply(value, arguments.bind(names.get(0), parameters)));
  }

  /** Adds a function that takes any arguments. */
  Functions<V> withAny(String name, BiFunction<V, Arguments, Object> body) {
    functions.put(name, body);
    return this;
  }

  /** The function of that name, bound to a value; null if there is none. */
  @Nullable Callable find(V value, String name) {
    if (unsupported.contains(name)) {
      throw new TemplateException("%s.%s is not supported", type, name);
    }
    BiFunction<V, Arguments, Object> body = functions.get(name);
    return body == null ? null : arguments -> body.apply(value, arguments);
  }
}
