package dev.palinode.data.dedup;

/**
 * Criterion for near duplicates: the Jaccard similarity of the texts' sets of shingles (word
 * n-grams), that is, the shingles in both divided by the shingles in either, reaches a threshold.
 *
 * <p>One changed word in the middle of a text of {@code n} words changes {@code shingle} of about
 * {@code n - shingle + 1} shingles: with five words and a threshold of 0.8, texts of 50 words may
 * differ in one word, texts of 100 words in two. A text with fewer words than a shingle is one
 * shingle.
 *
 * @param shingle words in a shingle, 1 to 64
 * @param threshold least similarity of duplicates, 0.3 to 1
 */
public record Similarity(int shingle, double threshold) {
  /** Threshold 0.8 with shingles of five words, as usual for training data (Lee et al. 2022). */
  public static final Similarity DEFAULT = new Similarity(5, 0.8);

  /**
   * @throws IllegalArgumentException if a number is out of range
   */
  public Similarity {
    if (shingle < 1 || shingle > 64) {
      throw new IllegalArgumentException(
          "shingle is " + shingle + " words: expected 1 to 64, usually 3 to 5");
    }
    if (!(threshold >= 0.3 && threshold <= 1)) {
      throw new IllegalArgumentException(
          "threshold is " + threshold + ": expected 0.3 to 1, usually 0.7 to 0.9");
    }
  }

  /** The same shingles with another threshold. */
  public Similarity withThreshold(double other) {
    return new Similarity(shingle, other);
  }
}
