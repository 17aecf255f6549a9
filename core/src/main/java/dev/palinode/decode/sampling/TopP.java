package dev.palinode.decode.sampling;

import java.util.Arrays;

/**
 * Top-p filter: keeps the most likely tokens until their probabilities add up to {@code p}, at
 * least one token; the lowest ids first among equals (Holtzman et al., arXiv 1904.09751, section
 * 3.1).
 *
 * <p>Only a few tokens are sorted. The leading bits of a positive float order like the float, so
 * they are the index of a bucket, 32 buckets per factor of two. The buckets' sums, added from the
 * heaviest on, show in which one {@code p} is reached; only that one is sorted.
 */
final class TopP {
  private static final int BUCKET_SHIFT = 18; // keeps the exponent and five bits of the fraction

  private TopP() {}

  /**
   * Sets the weights of the other tokens to 0.
   *
   * @param p above 0, below 1
   */
  static void filter(Candidates candidates, double p) {
    float[] weights = candidates.weights();
    double[] masses = masses(weights);
    double target = p * candidates.total();
    double before = 0;
    int bucket = masses.length - 1;
    while (bucket > 0 && before + masses[bucket] < target) {
      before += masses[bucket];
      bucket--;
    }
    dropWithin(bucket, target - before, weights);
    candidates.dropBelow(Float.intBitsToFloat(bucket << BUCKET_SHIFT));
  }

  /** {@code [buckets]}: the sum of the weights in each. */
  private static double[] masses(float[] weights) {
    double[] masses = new double[bucket(1) + 1]; // no weight is above 1
    for (float weight : weights) {
      masses[bucket(weight)] += weight;
    }
    return masses;
  }

  /** Keeps the heaviest weights of a bucket until they add up to {@code mass}. */
  private static void dropWithin(int bucket, double mass, float[] weights) {
    double remaining = mass;
    for (long key : descending(bucket, weights)) {
      int index = (int) key;
      if (remaining <= 0) {
        weights[index] = 0;
      }
      remaining -= weights[index];
    }
  }

  /** Sort keys of a bucket's weights, with their indices in the lower half, the heaviest first. */
  private static long[] descending(int bucket, float[] weights) {
    long[] keys = new long[16];
    int size = 0;
    for (int i = 0; i < weights.length; i++) {
      int bits = Float.floatToRawIntBits(weights[i]);
      if (bits >> BUCKET_SHIFT == bucket) {
        if (size == keys.length) {
          keys = Arrays.copyOf(keys, 2 * size);
        }
        keys[size++] = (long) ~bits << 32 | i;
      }
    }
    keys = Arrays.copyOf(keys, size);
    Arrays.sort(keys);
    return keys;
  }

  private static int bucket(float weight) {
    return Float.floatToRawIntBits(weight) >> BUCKET_SHIFT;
  }
}
