package dev.palinode.chat.jinja;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The variable {@code loop}. */
final class LoopState implements Callable {
  private static final Set<String> UNSUPPORTED = Set.of("changed");

  private final List<Object> items;
  private final int depth;
  private final @Nullable Callable again;
  private int index;

  /**
   * The state before the first item.
   *
   * @param depth of recursion, from 0
   * @param again what {@code loop(items)} does; null unless the loop is recursive
   */
  LoopState(List<Object> items, int depth, @Nullable Callable again) {
    this.items = items;
    this.depth = depth;
    this.again = again;
  }

  void moveTo(int newIndex) {
    index = newIndex;
  }

  /** What stands behind {@code loop.}; null if there is no such thing. */
  @Nullable Object member(String name) {
    if (UNSUPPORTED.contains(name)) {
      throw new TemplateException("loop.%s is not supported".formatted(name));
    }
    return switch (name) {
      case "index" -> index + 1L;
      case "index0" -> (long) index;
      case "revindex" -> (long) items.size() - index;
      case "revindex0" -> items.size() - index - 1L;
      case "first" -> index == 0;
      case "last" -> index == items.size() - 1;
      case "length" -> (long) items.size();
      case "depth" -> depth + 1L;
      case "depth0" -> (long) depth;
      case "previtem" -> neighbour(index - 1, "previous");
      case "nextitem" -> neighbour(index + 1, "next");
      case "cycle" ->
          (Callable)
              arguments -> {
                if (arguments.positional().isEmpty() || !arguments.named().isEmpty()) {
                  throw new TemplateException("loop.cycle takes one or more values");
                }
                return arguments.positional().get(index % arguments.positional().size());
              };
      default -> null;
    };
  }

  @Override
  public Object call(Arguments arguments) {
    if (again == null) {
      throw new TemplateException("loop can only be called in a loop marked as recursive");
    }
    return again.call(arguments);
  }

  private Object neighbour(int at, String which) {
    return at < 0 || at >= items.size()
        ? new Undefined("there is no %s item".formatted(which))
        : items.get(at);
  }
}
