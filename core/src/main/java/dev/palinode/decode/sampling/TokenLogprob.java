package dev.palinode.decode.sampling;

/**
 * A token and how likely the model found it.
 *
 * @param logprob natural logarithm of the probability, at most 0; negative infinity for a token
 *     that is impossible
 */
public record TokenLogprob(int id, double logprob) {}
