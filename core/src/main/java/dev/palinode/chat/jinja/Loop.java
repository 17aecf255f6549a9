package dev.palinode.chat.jinja;

import dev.palinode.chat.jinja.Node.Flow;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A {@code for} loop. What its body sets is gone with the next item, as in Jinja2.
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
    LoopState state = new LoopState(selected, depth, recursive ? again(depth, scope) : null);
    for (int i = 0; i < selected.size(); i++) {
      scope.budget().step();
      state.moveTo(i);
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
    scope.budget().made(value);
    if (condition == null) {
      return Values.list(value);
    }
    List<Object> selected = new ArrayList<>();
    for (Object item : Values.items(value)) {
      scope.budget().step();
      Scope inner = scope.inner();
      target.assign(inner, item);
      if (Values.isTrue(condition.evaluate(inner))) {
        selected.add(item);
      }
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
}
