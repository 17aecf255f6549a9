package dev.palinode.jinja;

import dev.palinode.jinja.TemplateParser.Target;
import dev.palinode.jinja.Types.Callable;
import dev.palinode.jinja.Types.Undefined;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A {@code for} loop. Variables set in its body last for one iteration, as in Jinja2.
 *
 * @param condition of {@code for x in y if condition}
 * @param recursive whether {@code loop(items)} renders the loop for other items
 * @param otherwise rendered if there are no items
 */
record Loop(
    Target target,
    Expression items,
    @Nullable Expression condition,
    boolean recursive,
    Node body,
    Node otherwise)
    implements Node {
  @Override
  public Flow render(Scope scope, StringBuilder out) {
    return render(items.evaluate(scope), 0, scope, out);
  }

  private Flow render(Object value, int depth, Scope scope, StringBuilder out) {
    List<Object> selected = selected(value, scope);
    State state = new State(selected, depth, recursive ? again(depth, scope) : null);
    for (int i = 0; i < selected.size(); i++) {
      scope.budget().step();
      state.index = i;
      Scope inner = scope.inner();
      target.assign(inner, selected.get(i));
      inner.set("loop", state);
      if (body.render(inner, out) == Flow.BREAK) {
        break;
      }
    }
    return selected.isEmpty() ? otherwise.render(scope.inner(), out) : Flow.NEXT;
  }

  private List<Object> selected(Object value, Scope scope) {
    scope.made(value);
    List<Object> selected = Values.list(value);
    Expression filter = condition;
    if (filter != null) {
      selected.removeIf(
          item -> {
            scope.budget().step();
            Scope inner = scope.inner();
            target.assign(inner, item);
            return !Values.isTrue(filter.evaluate(inner));
          });
    }
    return selected;
  }

  private Callable again(int depth, Scope scope) {
    return arguments -> {
      StringBuilder out = new StringBuilder();
      render(arguments.bind("loop", "items").get("items"), depth + 1, scope, out);
      return out.toString();
    };
  }

  /** The variable {@code loop}. */
  static final class State implements Callable {
    private final List<Object> items;
    private final int depth; // of recursion, from 0
    private final @Nullable Callable again; // null unless the loop is recursive
    private int index;

    private State(List<Object> items, int depth, @Nullable Callable again) {
      this.items = items;
      this.depth = depth;
      this.again = again;
    }

    /** {@code loop.name}; null if there is no such member. */
    @Nullable Object member(String name) {
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
        case "cycle" -> (Callable) this::cycle;
        case "changed" -> throw new TemplateException("loop.changed is not supported");
        default -> null;
      };
    }

    private Object neighbour(int at, String which) {
      return at < 0 || at >= items.size()
          ? new Undefined("there is no " + which + " item")
          : items.get(at);
    }

    private Object cycle(Arguments arguments) {
      if (arguments.positional().isEmpty() || !arguments.named().isEmpty()) {
        throw new TemplateException("loop.cycle takes one or more values");
      }
      return arguments.positional().get(index % arguments.positional().size());
    }

    @Override
    public Object call(Arguments arguments) {
      if (again == null) {
        throw new TemplateException("loop can only be called in a loop marked as recursive");
      }
      return again.call(arguments);
    }
  }
}
