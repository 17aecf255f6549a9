package dev.palinode.decode.sampling;

/**
 * One of the most likely tokens of a step, with its log-probability.
 *
 * @param logprob natural logarithm of the probability, at most 0; negative infinity for an
 *     impossible token
 */
public record LikelyToken(int id, double logprob) {}
