/**
 * Judges and guards: the interfaces, and implementations that need nothing but text. A {@link
 * dev.palinode.guard.Judge} decides on a whole answer, a {@link dev.palinode.guard.Guard} on a
 * partial one.
 */
@NullMarked
package dev.palinode.guard;

import org.jspecify.annotations.NullMarked;
