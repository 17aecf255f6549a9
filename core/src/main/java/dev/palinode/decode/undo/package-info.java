/** The terms of an undo: when text is removed, how much of it and why. */
@NullMarked
package dev.palinode.decode.undo;

import org.jspecify.annotations.NullMarked;
