package dev.palinode.chat.jinja;

/** Part of a template that has a value. */
@FunctionalInterface
interface Expression {
  Object evaluate(Scope scope);
}
