/**
 * Judgement on text: the interfaces of judges and guards, and those that need nothing but text.
 *
 * <p>A {@link dev.palinode.guard.Judge} looks at a finished answer, a {@link
 * dev.palinode.guard.Guard} at a text that is being written. Nothing here knows of tokens, models
 * or the decoding loop, which asks the guards.
 */
@NullMarked
package dev.palinode.guard;

import org.jspecify.annotations.NullMarked;
