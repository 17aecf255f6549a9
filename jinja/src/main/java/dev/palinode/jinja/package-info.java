/**
 * Jinja2 as chat templates use it, with the semantics of Python: {@link
 * dev.palinode.jinja.JinjaTemplate} is the entrance.
 *
 * <p>The rule of this room: what is rendered is what Jinja2 renders in the environment of
 * transformers' {@code apply_chat_template}; what is not known here is an error with its line,
 * never an empty string. A text goes through {@link dev.palinode.jinja.Lexer} (white space control
 * happens there), {@link dev.palinode.jinja.TemplateParser} and {@link
 * dev.palinode.jinja.ExpressionParser}, which yield a tree of {@link dev.palinode.jinja.Node}s that
 * render themselves. There is no step that reads a value as template text.
 *
 * <p>Values are Java objects in the place of Python's: {@code String}, {@code Long}, {@code
 * BigInteger} (printed only), {@code Double}, {@code Boolean}, {@code List}, {@code Map}, and the
 * classes in {@code Types}. Indices and lengths of strings count code points.
 */
@NullMarked
package dev.palinode.jinja;

import org.jspecify.annotations.NullMarked;
