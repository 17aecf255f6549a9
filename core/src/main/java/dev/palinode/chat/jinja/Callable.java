package dev.palinode.chat.jinja;

/** A value that can be called: a function, a macro, a method bound to its object. */
@FunctionalInterface
interface Callable {
  Object call(Arguments arguments);
}
