package dev.palinode.decode.sampling;

import java.util.Arrays;

/**
 * The k largest logits, the lowest id first among equals: one pass with a min-heap of size k, whose
 * minimum is a threshold that rejects nearly all others.
 */
final class LargestLogits {
  /** A min-heap of keys; see {@link #key}. */
  private final long[] heap; // [k]

  private LargestLogits(long[] heap) {
    this.heap = heap;
  }

  /**
   * The ids of the largest logits, the largest first.
   *
   * @param logits {@code [vocab]}, no NaN
   * @param k from 1 to the number of logits
   */
  static int[] ids(float[] logits, int k) {
    long[] first = new long[k];
    for (int id = 0; id < k; id++) {
      first[id] = key(logits[id], id);
    }
    Arrays.sort(first); // a sorted array is a heap
    return new LargestLogits(first).add(logits).descending();
  }

  private LargestLogits add(float[] logits) {
    float threshold = logits[id(heap[0])];
    for (int id = heap.length; id < logits.length; id++) {
      if (logits[id] > threshold) {
        replaceSmallest(key(logits[id], id));
        threshold = logits[id(heap[0])];
      }
    }
    return this;
  }

  private void replaceSmallest(long key) {
    int at = 0;
    for (int child = 1; child < heap.length; child = 2 * at + 1) {
      if (child + 1 < heap.length && heap[child + 1] < heap[child]) {
        child++;
      }
      if (key <= heap[child]) {
        break;
      }
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = key;
  }

  private int[] descending() {
    Arrays.sort(heap);
    int[] ids = new int[heap.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = id(heap[heap.length - 1 - i]);
    }
    return ids;
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
