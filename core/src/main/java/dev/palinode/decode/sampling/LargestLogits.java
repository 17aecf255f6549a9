package dev.palinode.decode.sampling;

import java.util.Comparator;
import java.util.PriorityQueue;

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
   * The ids of the k largest logits, the largest first: one pass with a min-heap of size k, whose
   * minimum is a threshold that rejects nearly all others.
   *
   * @param logits {@code [vocab]}, no NaN
   * @param k from 1 to the number of logits
   */
  static int[] ids(float[] logits, int k) {
    PriorityQueue<Long> heap = new PriorityQueue<>(k);
    for (int id = 0; id < k; id++) {
      heap.add(key(logits[id], id));
    }
    float threshold = logits[id(heap.element())];
    for (int id = k; id < logits.length; id++) {
      if (logits[id] > threshold) {
        heap.remove();
        heap.add(key(logits[id], id));
        threshold = logits[id(heap.element())];
      }
    }
    return heap.stream().sorted(Comparator.reverseOrder()).mapToInt(key -> id(key)).toArray();
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
