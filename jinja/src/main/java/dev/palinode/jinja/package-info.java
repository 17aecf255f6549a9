/**
 * Jinja2 for chat templates, with the semantics of Python. Start with {@link
 * dev.palinode.jinja.JinjaTemplate}.
 *
 * <p>The output must be that of Jinja2 in the environment of transformers' {@code
 * apply_chat_template}; an unsupported construct is an error with its line, never an empty string.
 * A template goes through {@link dev.palinode.jinja.Lexer} (white space control), {@link
 * dev.palinode.jinja.TemplateParser} and {@link dev.palinode.jinja.ExpressionParser}, which build a
 * tree of {@link dev.palinode.jinja.Node}s that render themselves. Values are never parsed as
 * template text.
 *
 * <p>Python values are Java objects: {@code String}, {@code Long}, {@code BigInteger} (printed
 * only), {@code Double}, {@code Boolean}, {@code List}, {@code Map}, and the classes in {@code
 * Types}. Indices and lengths of strings count code points.
 */
@NullMarked
package dev.palinode.jinja;

import org.jspecify.annotations.NullMarked;
