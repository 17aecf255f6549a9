package dev.palinode.data.dedup;

/**
 * The earlier text that a text repeats.
 *
 * @param position of the earlier text, as it was added
 * @param similarity Jaccard similarity of the two, up to 1; an estimate for texts with more than
 *     256 different shingles
 * @param isExact whether both have the same words in the same order
 */
public record DuplicateMatch(long position, double similarity, boolean isExact) {}
