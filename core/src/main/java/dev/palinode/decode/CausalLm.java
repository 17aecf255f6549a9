package dev.palinode.decode;

/**
 * A causal language model as the decoding loop sees it: token ids in, logits out.
 *
 * <p>It knows nothing of chat, undo or safety. A model may be used by several threads, each with
 * its own {@link SequenceBatch}.
 */
public interface CausalLm {
  /** Number of logits, at least the number of ids of the tokenizer. */
  int vocabSize();

  /** The most tokens, prompt included, that one sequence may hold. */
  int contextLength();

  /**
   * Whether a row's logits are the same to the last bit whatever else is in the batch, as long as
   * its own tokens come in the same pieces.
   */
  default boolean isBatchInvariant() {
    return false;
  }

  /**
   * Tokens for which a batch holds memory, at most, while it has rows of up to this length: what
   * {@link BatchLimits#maxTokens} bounds. Rows times length, and more if memory is taken in larger
   * pieces.
   *
   * @param rows at least 1
   * @param longestRow tokens of the longest row, at least 1
   */
  default long cachedTokens(int rows, int longestRow) {
    return (long) rows * longestRow;
  }

  /** Opens an empty batch of sequences; the caller closes it. */
  SequenceBatch newBatch();
}
