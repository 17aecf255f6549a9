package dev.palinode.decode.sampling;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Tokens that may still be chosen, in ascending order of their ids, each with a number: its logit,
 * and after {@link #weigh} its weight, the probability but for a common factor. A token of weight 0
 * is out.
 *
 * <p>Filters only ever set weights to 0. So the whole vocabulary needs no list of ids and no second
 * array, and what top-k left is as short as k.
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
   *
   * <p>Meant for a k of up to some hundreds: the heap of {@link LargestLogits} costs next to
   * nothing then, and grows faster than k beyond.
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
   * {@code [candidates]}, which a filter may set to 0 before it calls {@link #dropBelow}; nothing
   * else may be changed.
   */
  float[] weights() {
    return weights;
  }

  int id(int index) {
    return ids.length == 0 ? index : ids[index];
  }

  /** The sum of all weights. */
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

  /** Drops tokens of less than a weight, and adds up what is left. */
  void dropBelow(float floor) {
    // As integers, which compare like the positive floats that they are the bits of: below the
    // floor the difference is negative, and its sign clears them. Nobody could predict a jump here.
    int lowest = Float.floatToRawIntBits(floor);
    for (int i = 0; i < weights.length; i++) {
      int weight = Float.floatToRawIntBits(weights[i]);
      weights[i] = Float.intBitsToFloat(weight & ~((weight - lowest) >> 31));
    }
    total = sum(0, weights.length);
  }

  /**
   * Chooses in proportion to the weights, by inverse transform sampling.
   *
   * @param random gives one number
   */
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

  /** In four sums side by side, for one addition would have to wait for the one before. */
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
