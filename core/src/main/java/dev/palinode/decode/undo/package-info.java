/**
 * The terms of an undo: when text is removed ({@link dev.palinode.decode.undo.UndoPolicy}), how
 * much of it ({@link dev.palinode.decode.undo.UndoScope}) and why ({@link
 * dev.palinode.decode.undo.UndoCause}). The decoding loop performs it; {@link
 * dev.palinode.token.Transcript} derives the visible tokens.
 */
@NullMarked
package dev.palinode.decode.undo;

import org.jspecify.annotations.NullMarked;
