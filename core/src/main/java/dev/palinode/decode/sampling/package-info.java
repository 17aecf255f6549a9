/**
 * From logits to a token id: everything that decides which token one request goes on with.
 *
 * <p>A {@link dev.palinode.decode.sampling.Sampler} takes the logits of one step and the {@link
 * dev.palinode.decode.sampling.TokenHistory} of the request through the steps that its {@link
 * dev.palinode.decode.sampling.SamplingSettings} ask for; {@link
 * dev.palinode.decode.sampling.LogProbabilities} says how likely the model found a token. Ids,
 * plain arrays and numbers only: the decoding loop uses this package and is not known here.
 */
@NullMarked
package dev.palinode.decode.sampling;

import org.jspecify.annotations.NullMarked;
