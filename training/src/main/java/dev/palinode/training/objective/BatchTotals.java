package dev.palinode.training.objective;

/**
 * The counts over a batch that the terms of a loss are divided by.
 *
 * @param tokens that carry a likelihood term
 * @param pairs of answers that are compared
 */
public record BatchTotals(long tokens, long pairs) {}
