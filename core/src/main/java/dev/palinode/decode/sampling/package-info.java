/**
 * Sampling: chooses a request's next token id from the logits.
 *
 * <p>A {@link dev.palinode.decode.sampling.Sampler} samples from the logits of one step, with the
 * {@link dev.palinode.decode.sampling.SamplingSettings} and {@link
 * dev.palinode.decode.sampling.TokenHistory} of the request; {@link
 * dev.palinode.decode.sampling.LogProbabilities} computes log-probabilities. Ids, plain arrays and
 * numbers only: nothing here depends on the decoding loop.
 */
@NullMarked
package dev.palinode.decode.sampling;

import org.jspecify.annotations.NullMarked;
