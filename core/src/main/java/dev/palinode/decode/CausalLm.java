package dev.palinode.decode;

/**
 * A causal language model: token ids in, logits out.
 *
 * <p>A model may be used by several threads, each with a separate {@link SequenceBatch}.
 */
public interface CausalLm {
  /** Number of logits, at least the number of ids of the tokenizer. */
  int vocabSize();

  /** The most tokens, prompt included, that one sequence may hold. */
  int contextLength();

  /**
   * Whether a row's logits have the same bits whatever else is in the batch, as long as its tokens
   * are read in the same pieces.
   */
  default boolean isBatchInvariant() {
    return false;
  }

  /**
   * The most tokens for which a batch with rows of up to this length allocates KV cache, limited by
   * {@link BatchLimits#maxTokens}: rows times length, or more if memory is allocated in blocks.
   *
   * @param longestRow tokens of the longest row, at least 1, as are the rows
   */
  default long cachedTokens(int rows, int longestRow) {
    return (long) rows * longestRow;
  }

  /** Opens an empty batch of sequences; the caller closes it. */
  SequenceBatch newBatch();
}
