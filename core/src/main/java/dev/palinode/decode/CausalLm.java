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

  /** Opens an empty batch of sequences; the caller closes it. */
  SequenceBatch newBatch();
}
