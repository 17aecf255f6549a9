/**
 * The decoding loop: from a {@link dev.palinode.decode.CausalLm} and {@link
 * dev.palinode.decode.GenerationRequest}s to {@link dev.palinode.decode.GenerationEvent}s,
 * including undo.
 *
 * <p>Where to begin: a {@link dev.palinode.decode.Decoder} answers requests on the calling thread,
 * a {@link dev.palinode.decode.DecodingService} accepts them from many. Both drive {@code
 * DecodingLoop}, which has the model read the contexts of all running requests in one batch ({@code
 * ModelRunner}, {@code SequenceSlot}) and lets each choose its next token ({@code RunningRequest}).
 * All state that is rewound with the tokens of an answer is in {@code OutputState}. See {@code
 * docs/life-of-a-token.md}.
 *
 * <p>Everything here works on token ids and plain arrays of logits, and on text if a tokenizer is
 * given, so that it runs on a fake model without libtorch. It does not depend on chat formats.
 */
@NullMarked
package dev.palinode.decode;

import org.jspecify.annotations.NullMarked;
