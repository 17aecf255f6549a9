package dev.palinode.decode.sampling;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * The tokens that may still be chosen, in ascending order of ids, each with its logit, or after
 * {@link #weigh} with its weight: the unnormalised probability. Filters set weights to 0.
 */
final class Candidates {
  private static final int BLOCK = 256;

  private final int[] ids; // [size]; empty for the whole vocabulary, where an index is an id
  private final float[] weights; // [size]
  private double total; // of the weights

  private Candidates(int[] ids, float[] weights) {
    this.ids = ids;
    this.weights = weights;
  }

  /**
   * The k tokens of the largest logits, the lowest ids among equals (Fan et al., arXiv 1805.04833).
   * Meant for k up to some hundreds: the cost of {@link LargestLogits} is negligible then.
   *
   * @param logits {@code [vocab]}, no NaN; they may become the weights
   * @param k 0 keeps all
   */
  static Candidates largest(float[] logits, int k) {
    if (k == 0 || k >= logits.length) {
      return new Candidates(new int[0], logits);
    }
    int[] ids = LargestLogits.ids(logits, k);
    Arrays.sort(ids);
    float[] own = new float[k];
    for (int i = 0; i < k; i++) {
      own[i] = logits[ids[i]];
    }
    return new Candidates(ids, own);
  }

  /**
   * {@code [candidates]}; a filter may set weights to 0 before it calls {@link #dropBelow}, but not
   * change them otherwise.
   */
  float[] weights() {
    return weights;
  }

  int id(int index) {
    return ids.length == 0 ? index : ids[index];
  }

  double total() {
    return total;
  }

  /** Replaces logits by weights: {@code e^((logit - largest) * scale)}. */
  void weigh(float largest, double scale) {
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) FastExp.of(((double) weights[i] - largest) * scale);
    }
    total = sum(0, weights.length);
  }

  void dropBelow(float floor) {
    // The bits of positive floats compare like the floats. Branch-free: a branch would be
    // mispredicted often. Below the floor the difference is negative, and its sign clears the bits.
    int lowest = Float.floatToRawIntBits(floor);
    for (int i = 0; i < weights.length; i++) {
      int weight = Float.floatToRawIntBits(weights[i]);
      weights[i] = Float.intBitsToFloat(weight & ~((weight - lowest) >> 31));
    }
    total = sum(0, weights.length);
  }

  /** Samples in proportion to the weights, by inverse transform sampling of one number. */
  int draw(RandomGenerator random) {
    double remaining = random.nextDouble() * total;
    for (int start = 0; start < weights.length; start += BLOCK) {
      int end = Math.min(start + BLOCK, weights.length);
      double mass = sum(start, end);
      if (remaining >= mass) {
        remaining -= mass;
        continue;
      }
      for (int i = start; i < end; i++) {
        remaining -= weights[i];
        if (remaining < 0) {
          return id(i);
        }
      }
    }
    return lastPossible(); // rounding left a little mass after the last token
  }

  private int lastPossible() {
    int last = weights.length - 1;
    while (weights[last] == 0) {
      last--;
    }
    return id(last);
  }

  /** Four independent sums, because each addition of a single sum would wait for the one before. */
  private double sum(int start, int end) {
    double first = 0;
    double second = 0;
    double third = 0;
    double fourth = 0;
    int i = start;
    for (; i < end - 3; i += 4) {
      first += weights[i];
      second += weights[i + 1];
      third += weights[i + 2];
      fourth += weights[i + 3];
    }
    for (; i < end; i++) {
      first += weights[i];
    }
    return (first + second) + (third + fourth);
  }
}
