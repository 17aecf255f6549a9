package dev.palinode.training;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Cuts a batch into pieces of like length, so that little is computed on padding and no piece is
 * larger than memory allows. As the gradients of the pieces add up, the step stays the same.
 */
final class MicroBatches {
  /** A piece is cut where padding would be more than this fraction of it. */
  private static final double MAX_PADDING = 0.2;

  /** A piece is not cut for its padding alone before it has this many tokens: calls cost too. */
  private static final int WORTHWHILE_TOKENS = 512;

  private MicroBatches() {}

  /**
   * @param maxTokens padded tokens in a piece; an example that is longer gets a piece of its own
   */
  static <E> List<List<E>> split(List<E> batch, ToIntFunction<E> length, int maxTokens) {
    List<E> sorted = new ArrayList<>(batch);
    sorted.sort(Comparator.comparingInt(length).reversed()); // longest first: it sets the width
    List<List<E>> pieces = new ArrayList<>();
    List<E> piece = new ArrayList<>();
    int width = 0;
    long tokens = 0;
    for (E example : sorted) {
      int own = length.applyAsInt(example);
      long padded = (long) width * (piece.size() + 1);
      boolean wasteful = padded > WORTHWHILE_TOKENS && padded - tokens - own > MAX_PADDING * padded;
      if (!piece.isEmpty() && (padded > maxTokens || wasteful)) {
        pieces.add(piece);
        piece = new ArrayList<>();
      }
      if (piece.isEmpty()) {
        width = own;
        tokens = 0;
      }
      piece.add(example);
      tokens += own;
    }
    if (!piece.isEmpty()) {
      pieces.add(piece);
    }
    return pieces;
  }
}
