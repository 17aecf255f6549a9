package dev.palinode.jinja;

import dev.palinode.jinja.Types.Undefined;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The variables that a place in a template sees: its own, then those around it. */
final class Scope {
  private final @Nullable Scope outer;
  private final Budget budget;
  private final Map<String, Object> variables = new HashMap<>();

  private Scope(@Nullable Scope outer, Budget budget) {
    this.outer = outer;
    this.budget = budget;
  }

  /** The outermost scope. */
  static Scope root(Map<String, Object> variables) {
    Scope scope = new Scope(null, new Budget(variables.values()));
    scope.variables.putAll(variables);
    return scope;
  }

  Scope inner() {
    return new Scope(this, budget);
  }

  /** What the rendering may still cost; one for all its scopes. */
  Budget budget() {
    return budget;
  }

  /** A value that was made, which the budget has to pay. */
  Object made(Object value) {
    return budget.made(value);
  }

  Object get(String name) {
    for (Scope scope = this; scope != null; scope = scope.outer) {
      Object value = scope.variables.get(name);
      if (value != null) {
        return value;
      }
    }
    return new Undefined("'%s' is undefined".formatted(name));
  }

  /** Sets a variable here; scopes around this one keep theirs. */
  void set(String name, Object value) {
    variables.put(name, value);
  }
}
