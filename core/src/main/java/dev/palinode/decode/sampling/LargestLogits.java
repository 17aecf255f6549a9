package dev.palinode.decode.sampling;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Finds the largest logits, the lowest id first among equals. */
final class LargestLogits {
  private LargestLogits() {}

  /**
   * The id of the largest logit.
   *
   * @param logits {@code [vocab]}
   * @throws IllegalStateException if a logit is NaN or positive infinity, or none is above negative
   *     infinity
   */
  static int id(float[] logits) {
    int best = -1;
    float largest = Float.NEGATIVE_INFINITY;
    for (int id = 0; id < logits.length; id++) {
      // One comparison for larger values and NaN.
      if (!(logits[id] <= largest)) {
        largest = logits[id];
        best = id;
        if (!(largest < Float.POSITIVE_INFINITY)) {
          throw new IllegalStateException(
              "the logit of token " + id + " is " + largest + ": the weights may be damaged");
        }
      }
    }
    if (best < 0) {
      throw new IllegalStateException(
          "the logits leave no token to choose (the largest is "
              + largest
              + "): every token is forbidden, or the weights are damaged");
    }
    return best;
  }

  /**
   * The ids of the k largest logits, the largest first: one pass, in which the smallest of the k
   * largest so far is a threshold that rejects nearly all others.
   *
   * @param logits {@code [vocab]}, no NaN
   * @param k from 1 to the number of logits
   */
  static int[] ids(float[] logits, int k) {
    long[] largest = IntStream.range(0, k).mapToLong(id -> key(logits[id], id)).sorted().toArray();
    float threshold = logits[id(largest[0])];
    for (int id = k; id < logits.length; id++) {
      if (logits[id] > threshold) {
        long key = key(logits[id], id);
        int place = -Arrays.binarySearch(largest, key) - 2; // after the smallest is dropped
        System.arraycopy(largest, 1, largest, 0, place);
        largest[place] = key;
        threshold = logits[id(largest[0])];
      }
    }
    return IntStream.range(0, k).map(i -> id(largest[k - 1 - i])).toArray();
  }

  /** A key that orders by logit, and among equals by descending id. */
  private static long key(float logit, int id) {
    int bits = Float.floatToRawIntBits(logit + 0f); // + 0 turns -0 into 0, which equals it
    int ordered = bits ^ (bits >> 31 & Integer.MAX_VALUE); // negative floats order backwards
    return (long) ordered << 32 | Integer.toUnsignedLong(~id);
  }

  private static int id(long key) {
    return ~(int) key;
  }
}
