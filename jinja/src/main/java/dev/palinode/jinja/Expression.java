package dev.palinode.jinja;

import java.util.ArrayList;
import java.util.List;

/** Part of a template that has a value. */
@FunctionalInterface
interface Expression {
  Object evaluate(Scope scope);

  /** The values of several expressions, as a new list. */
  static List<Object> all(List<Expression> expressions, Scope scope) {
    List<Object> values = new ArrayList<>(expressions.size());
    expressions.forEach(expression -> values.add(expression.evaluate(scope)));
    return values;
  }
}
