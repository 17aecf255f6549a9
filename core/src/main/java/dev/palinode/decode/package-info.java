/**
 * The decoding loop: from a {@link dev.palinode.decode.CausalLm} and requests in token ids to a
 * stream of {@link dev.palinode.decode.GenerationEvent}s, undo included.
 *
 * <p>Everything here works on token ids and plain arrays of logits, so that it runs on a fake model
 * without libtorch. Chat, demo, evaluation and command line all use this one loop.
 */
@NullMarked
package dev.palinode.decode;

import org.jspecify.annotations.NullMarked;
