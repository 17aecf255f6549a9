package dev.palinode.data.dedup;

/**
 * The earlier text that a text duplicates.
 *
 * @param position position with which the earlier text was added
 * @param similarity Jaccard similarity of the two texts, up to 1; an estimate for texts with more
 *     than 256 distinct shingles
 * @param isExact whether both have the same words in the same order
 */
public record DuplicateMatch(long position, double similarity, boolean isExact) {}
