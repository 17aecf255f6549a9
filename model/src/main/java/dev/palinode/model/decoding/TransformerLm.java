package dev.palinode.model.decoding;

import dev.palinode.decode.CausalLm;
import dev.palinode.decode.SequenceBatch;
import dev.palinode.model.network.ScaledDotProductAttention;
import dev.palinode.model.network.Transformer;
import org.apache.commons.lang3.Validate;

/** A {@link Transformer} as the decoding loop sees it. Does not own the network. */
public final class TransformerLm implements CausalLm {
  private final Transformer network;
  private final int invariantRows; // 0: not invariant

  public TransformerLm(Transformer network) {
    this(network, 0);
  }

  private TransformerLm(Transformer network, int invariantRows) {
    this.network = network;
    this.invariantRows = invariantRows;
  }

  /**
   * The model in batch-invariant form: a row's logits are the same to the last bit whatever else is
   * in the batch and at whatever index the row is, as long as its tokens come in the same pieces
   * and the number of threads is the same. It is slower (docs/performance.md).
   *
   * @param network on a CPU, in the form for inference, without adapters
   * @param rows number of rows that every step computes, padded if there are fewer; more need
   *     several passes. Another number may give other bits
   * @throws IllegalArgumentException if the network is not supported, or a test shows that this
   *     machine computes the same row differently at different indices
   */
  public static TransformerLm batchInvariant(Transformer network, int rows) {
    Validate.isTrue(rows >= 1, "rows is %s: expected 1 or more", rows);
    BatchInvariantForward.requireSupported(network);
    BatchInvariantForward.requireSameInAllPlaces(network, rows);
    return new TransformerLm(network, rows);
  }

  @Override
  public int vocabSize() {
    return network.config().vocabSize();
  }

  @Override
  public int contextLength() {
    return network.config().contextLength();
  }

  @Override
  public boolean isBatchInvariant() {
    return invariantRows > 0;
  }

  @Override
  public long cachedTokens(int rows, int longestRow) {
    return KvCache.tokens(rows, longestRow);
  }

  @Override
  public SequenceBatch newBatch() {
    KvCache cache =
        new KvCache(
            network.config(),
            ScaledDotProductAttention.type(network.computeType(), network.device()),
            network.device());
    ForwardPlan passes =
        isBatchInvariant()
            ? new BatchInvariantForward(network, cache, invariantRows)
            : new PackedForward(network, cache);
    return new TransformerBatch(network, cache, passes);
  }
}
