package dev.palinode.training.objective;

import org.apache.commons.lang3.Validate;

/**
 * A training sequence with loss on its last tokens.
 *
 * @param ids at least two
 * @param lossStart index of the first token that carries loss: everything before it is only
 *     context; between 1 and {@code ids.length - 1}
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record SupervisedSequence(int[] ids, int lossStart) {
  public SupervisedSequence {
    Validate.isTrue(
        lossStart >= 1 && lossStart < ids.length,
        "loss starts at token %s of %s: expected at least one token of context and one to learn",
        lossStart,
        ids.length);
    ids = ids.clone();
  }

  /** Number of tokens that carry loss. */
  public int supervisedTokens() {
    return ids.length - lossStart;
  }
}
