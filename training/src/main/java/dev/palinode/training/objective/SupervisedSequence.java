package dev.palinode.training.objective;

import java.util.Arrays;

/**
 * A training sequence with loss on its last tokens.
 *
 * @param ids at least two
 * @param lossStart index of the first token that carries loss: everything before it is only
 *     context; between 1 and {@code ids.length - 1}
 */
@SuppressWarnings("ArrayRecordComponent") // equality is defined below
public record SupervisedSequence(int[] ids, int lossStart) {
  public SupervisedSequence {
    if (lossStart < 1 || lossStart >= ids.length) {
      throw new IllegalArgumentException(
          "loss starts at token "
              + lossStart
              + " of "
              + ids.length
              + ": expected at least one token of context and one to learn");
    }
    ids = ids.clone();
  }

  /** Number of tokens that carry loss. */
  public int supervisedTokens() {
    return ids.length - lossStart;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SupervisedSequence that
        && lossStart == that.lossStart
        && Arrays.equals(ids, that.ids);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(ids) + lossStart;
  }

  @Override
  public String toString() {
    return "SupervisedSequence" + Arrays.toString(ids) + " from " + lossStart;
  }
}
