package dev.palinode.chat.jinja;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Methods of Python's {@code list} and {@code tuple} that change nothing. */
final class ListMethods {
  private static final Set<String> REFUSED =
      Set.of("append", "clear", "copy", "extend", "insert", "pop", "remove", "reverse", "sort");

  private ListMethods() {}

  /** The method of that name; null if a list has none. */
  static @Nullable Callable find(List<?> list, String name) {
    if (REFUSED.contains(name) && !(list instanceof Tuple)) {
      throw new TemplateException("list.%s is not supported".formatted(name));
    }
    return switch (name) {
      case "index" ->
          arguments -> {
            Object wanted = arguments.bind(name, "value").get("value");
            for (int i = 0; i < list.size(); i++) {
              if (Operations.equal(list.get(i), wanted)) {
                return (long) i;
              }
            }
            throw new TemplateException("%s is not in the list".formatted(PythonText.repr(wanted)));
          };
      case "count" ->
          arguments -> {
            Object wanted = arguments.bind(name, "value").get("value");
            return list.stream().filter(item -> Operations.equal(item, wanted)).count();
          };
      default -> null;
    };
  }
}
