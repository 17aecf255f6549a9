package dev.palinode.decode.sampling;

/**
 * A token and its log-probability.
 *
 * @param logprob natural logarithm of the probability, at most 0; negative infinity for an
 *     impossible token
 */
public record TokenLogprob(int id, double logprob) {}
