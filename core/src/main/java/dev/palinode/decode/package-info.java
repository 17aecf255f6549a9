/**
 * The decoding loop: from a {@link dev.palinode.decode.CausalLm} and {@link
 * dev.palinode.decode.GenerationRequest}s to {@link dev.palinode.decode.GenerationEvent}s, undo
 * included.
 *
 * <p>Where to begin: a {@link dev.palinode.decode.Decoder} answers requests on the calling thread,
 * a {@link dev.palinode.decode.DecodingService} takes them from many. Both drive the one loop,
 * {@code DecodingLoop}, which has the contexts of all running requests read in one batch ({@code
 * ContextRow}, {@code Prefill}) and lets each choose its next token ({@code ActiveSequence}). What
 * hangs on the tokens of an answer, and has to go back when they do, is all in {@code Answer}.
 *
 * <p>What a request may ask for: {@link dev.palinode.decode.sampling.SamplingSettings} (how a token
 * is chosen), {@link dev.palinode.decode.UndoPolicy} (what the model may take back), {@link
 * dev.palinode.decode.Guidance} (a negative context), {@link dev.palinode.decode.GuardPolicy} (who
 * watches). What a client may do with its events: show them at once and take back what an undo
 * names, or see them late by a {@link dev.palinode.decode.HeldBack} stream.
 *
 * <p>Everything here works on token ids and plain arrays of logits, and on text where a tokenizer
 * is given, so that it runs on a fake model without libtorch. It knows nothing of chat.
 */
@NullMarked
package dev.palinode.decode;

import org.jspecify.annotations.NullMarked;
