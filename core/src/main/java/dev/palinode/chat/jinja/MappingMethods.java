package dev.palinode.chat.jinja;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Methods of Python's {@code dict} that change nothing; a template may not change its data. */
final class MappingMethods {
  private static final Set<String> REFUSED =
      Set.of("clear", "copy", "fromkeys", "pop", "popitem", "setdefault", "update");

  private MappingMethods() {}

  /** The method of that name; null if a dict has none. */
  static @Nullable Callable find(Map<?, ?> map, String name) {
    if (REFUSED.contains(name)) {
      throw new TemplateException("dict.%s is not supported".formatted(name));
    }
    return switch (name) {
      case "items" -> arguments -> none(arguments, name, items(map));
      case "keys" -> arguments -> none(arguments, name, new View("dict_keys", Values.list(map)));
      case "values" ->
          arguments -> none(arguments, name, new View("dict_values", Values.list(map.values())));
      case "get" ->
          arguments -> {
            Arguments.Bound bound = arguments.bind("get", "key", "default");
            Object found = map.get(Values.key(bound.get("key")));
            return found == null ? bound.get("default", None.NONE) : found;
          };
      default -> null;
    };
  }

  static View items(Map<?, ?> map) {
    return new View(
        "dict_items",
        map.entrySet().stream().map(entry -> Tuple.of(entry.getKey(), entry.getValue())).toList());
  }

  private static Object none(Arguments arguments, String name, Object result) {
    arguments.bind(name);
    return result;
  }
}
