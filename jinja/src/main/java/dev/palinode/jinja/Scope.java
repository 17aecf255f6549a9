package dev.palinode.jinja;

import dev.palinode.jinja.Types.Undefined;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The variables visible at a place in a template: those of this scope, then of the enclosing ones.
 */
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

  /** The budget of the rendering, shared by all its scopes. */
  Budget budget() {
    return budget;
  }

  /** Charges a new value to the budget, and returns it. */
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

  /** Sets a variable in this scope; enclosing scopes keep theirs. */
  void set(String name, Object value) {
    variables.put(name, value);
  }
}
