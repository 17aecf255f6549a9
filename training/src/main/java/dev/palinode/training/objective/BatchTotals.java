package dev.palinode.training.objective;

/**
 * What the terms of a loss are means over.
 *
 * @param tokens that carry a likelihood term
 * @param pairs of answers that are compared
 */
public record BatchTotals(long tokens, long pairs) {}
