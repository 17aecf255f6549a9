package dev.palinode.model;

import dev.palinode.decode.CausalLm;
import dev.palinode.decode.SequenceBatch;

/** A {@link Transformer} as the decoding loop sees it. Does not own the network. */
public final class TransformerLm implements CausalLm {
  private final Transformer network;

  public TransformerLm(Transformer network) {
    this.network = network;
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
  public SequenceBatch newBatch() {
    return new TransformerBatch(network);
  }
}
