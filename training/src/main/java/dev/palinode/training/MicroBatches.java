package dev.palinode.training;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Splits a batch into micro-batches of similar length, which limits padding and memory. Their
 * gradients add up, so the step stays the same.
 */
final class MicroBatches {
  /** A micro-batch ends where padding would exceed this fraction of it. */
  private static final double MAX_PADDING = 0.2;

  /** Up to this number of tokens a micro-batch is not split for padding alone: calls cost too. */
  private static final int WORTHWHILE_TOKENS = 512;

  private MicroBatches() {}

  /** An example of more than {@code maxTokens} is a micro-batch by itself. */
  static <E> List<List<E>> split(List<E> batch, ToIntFunction<E> length, int maxTokens) {
    List<E> sorted = new ArrayList<>(batch);
    sorted.sort(Comparator.comparingInt(length).reversed()); // longest first: it sets the width
    List<List<E>> microBatches = new ArrayList<>();
    List<E> microBatch = new ArrayList<>();
    int width = 0;
    long tokens = 0;
    for (E example : sorted) {
      int own = length.applyAsInt(example);
      long padded = (long) width * (microBatch.size() + 1);
      boolean wasteful = padded > WORTHWHILE_TOKENS && padded - tokens - own > MAX_PADDING * padded;
      if (!microBatch.isEmpty() && (padded > maxTokens || wasteful)) {
        microBatches.add(microBatch);
        microBatch = new ArrayList<>();
      }
      if (microBatch.isEmpty()) {
        width = own;
        tokens = 0;
      }
      microBatch.add(example);
      tokens += own;
    }
    if (!microBatch.isEmpty()) {
      microBatches.add(microBatch);
    }
    return microBatches;
  }
}
