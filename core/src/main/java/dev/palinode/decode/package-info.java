/**
 * The decoding loop: from a {@link dev.palinode.decode.CausalLm} and {@link
 * dev.palinode.decode.GenerationRequest}s to {@link dev.palinode.decode.GenerationEvent}s, undo
 * included.
 *
 * <p>Where to begin: a {@link dev.palinode.decode.Decoder} answers requests on the calling thread,
 * a {@link dev.palinode.decode.DecodingService} accepts them from many. Both drive the one loop,
 * {@code DecodingLoop}, which has the model read the contexts of all running requests in one batch
 * ({@code ModelRunner}, {@code SequenceSlot}) and lets each choose its next token ({@code
 * RunningRequest}). What depends on the tokens of an answer, and is rewound with them, is all in
 * {@code OutputState}. The page {@code docs/life-of-a-token.md} walks through it.
 *
 * <p>What a request may ask for: {@link dev.palinode.decode.sampling.SamplingSettings} (how a token
 * is chosen), {@link dev.palinode.decode.undo.UndoPolicy} (what the model may withdraw), {@link
 * dev.palinode.decode.Guidance} (a negative context), {@link dev.palinode.decode.GuardPolicy} (who
 * watches). A client may show events at once and remove what an undo names, or get them late by a
 * {@link dev.palinode.decode.DelayedEventStream} stream.
 *
 * <p>Everything here works on token ids and plain arrays of logits, and on text if a tokenizer is
 * given, so that it runs on a fake model without libtorch. It knows nothing of chat.
 */
@NullMarked
package dev.palinode.decode;

import org.jspecify.annotations.NullMarked;
