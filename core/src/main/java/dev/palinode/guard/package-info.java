/**
 * Judges and guards: the interfaces, and implementations that need nothing but text.
 *
 * <p>A {@link dev.palinode.guard.Judge} decides on a whole answer, a {@link
 * dev.palinode.guard.Guard} on a partial one. Nothing here depends on tokens, models or the
 * decoding loop.
 */
@NullMarked
package dev.palinode.guard;

import org.jspecify.annotations.NullMarked;
