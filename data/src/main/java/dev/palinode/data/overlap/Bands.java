package dev.palinode.data.overlap;

/**
 * How a signature of min-hashes is cut into bands (Leskovec, Rajaraman and Ullman, Mining of
 * Massive Datasets, ch. 3): two texts of similarity {@code s} agree in all rows of a band with
 * probability {@code s^rows}, and in at least one band with {@code 1 - (1 - s^rows)^bands}.
 *
 * @param rows min-hashes in a band
 * @param bands their number
 */
record Bands(int rows, int bands) {
  /** Min-hashes of a signature. */
  static final int BINS = 64;

  /** Least probability of meeting, at the threshold itself. */
  static final double RECALL = 0.99;

  /** The most rows, and so the fewest needless comparisons, at which the recall is reached. */
  static Bands forThreshold(double threshold) {
    for (int rows = BINS; rows > 1; rows--) {
      for (int bands = 1; bands <= BINS / rows; bands++) {
        Bands each = new Bands(rows, bands);
        if (each.meeting(threshold) >= RECALL) {
          return each;
        }
      }
    }
    return new Bands(1, BINS / 2);
  }

  /** Probability that two texts of this similarity share a band. */
  double meeting(double similarity) {
    return 1 - Math.pow(1 - Math.pow(similarity, rows), bands);
  }
}
