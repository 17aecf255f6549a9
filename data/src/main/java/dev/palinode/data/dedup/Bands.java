package dev.palinode.data.dedup;

import com.dynatrace.hash4j.hashing.Hashing;
import com.dynatrace.hash4j.similarity.SimilarityHasher;
import com.dynatrace.hash4j.similarity.SimilarityHashing;
import java.util.Arrays;

/**
 * Division of a MinHash signature into bands for locality-sensitive hashing (Leskovec, Rajaraman
 * and Ullman, Mining of Massive Datasets, ch. 3): two texts of similarity {@code s} agree in all
 * rows of a band with probability {@code s^rows}, and in at least one band with {@code 1 - (1 -
 * s^rows)^bands}.
 *
 * @param rows MinHash values per band
 * @param bands number of bands
 */
record Bands(int rows, int bands) {
  /** MinHash values per signature. */
  static final int SIGNATURE = 64;

  /** Least probability of a shared band at the threshold itself. */
  static final double RECALL = 0.99;

  /** Makes signatures of shingles. Not thread-safe. */
  static SimilarityHasher hasher() {
    return SimilarityHashing.superMinHash(SIGNATURE, Integer.SIZE).createHasher();
  }

  /**
   * The bands with the most rows, and so the fewest needless comparisons, that reach the recall.
   */
  static Bands forThreshold(double threshold) {
    for (int rows = SIGNATURE; rows > 1; rows--) {
      for (int bands = 1; bands <= SIGNATURE / rows; bands++) {
        Bands each = new Bands(rows, bands);
        if (each.meeting(threshold) >= RECALL) {
          return each;
        }
      }
    }
    return new Bands(1, SIGNATURE / 2);
  }

  /** Probability that two texts of this similarity have a band in common. */
  double meeting(double similarity) {
    return 1 - Math.pow(1 - Math.pow(similarity, rows), bands);
  }

  /** A hash of each band of a signature. */
  int[] of(byte[] signature) {
    int length = rows * Integer.BYTES;
    int[] keys = new int[bands];
    Arrays.setAll(
        keys,
        band -> (int) Hashing.komihash5_0().hashBytesToLong(signature, band * length, length));
    return keys;
  }
}
