/**
 * What an undo is: when text is removed ({@link dev.palinode.decode.undo.UndoPolicy}), how much of
 * it ({@link dev.palinode.decode.undo.UndoScope}) and why ({@link
 * dev.palinode.decode.undo.UndoCause}). The decoding loop carries it out; {@link
 * dev.palinode.token.Transcript} derives what remains visible.
 */
@NullMarked
package dev.palinode.decode.undo;

import org.jspecify.annotations.NullMarked;
