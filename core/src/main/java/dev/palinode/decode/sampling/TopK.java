package dev.palinode.decode.sampling;

import java.util.Arrays;

/**
 * Keeps the k tokens of the largest logits, the lowest ids among equals (Fan et al., arXiv
 * 1805.04833).
 *
 * <p>Meant for a k of up to some hundreds: the heap of {@link LargestLogits} costs next to nothing
 * then, and grows faster than k beyond.
 *
 * @param k 0 keeps all
 */
record TopK(int k) {
  /**
   * What is left.
   *
   * @param logits {@code [vocab]}, no NaN; the candidates may work in this array
   */
  Candidates select(float[] logits) {
    if (k == 0 || k >= logits.length) {
      return Candidates.all(logits);
    }
    int[] ids = LargestLogits.ids(logits, k);
    Arrays.sort(ids);
    return Candidates.of(ids, logits);
  }
}
