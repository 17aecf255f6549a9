package dev.palinode.testkit;

import dev.palinode.decode.CausalLm;
import dev.palinode.decode.SequenceBatch;

/** A model that delegates to another one, for tests to override a part of it. */
public class DelegatingLm implements CausalLm {
  private final CausalLm model;

  public DelegatingLm(CausalLm model) {
    this.model = model;
  }

  @Override
  public int vocabSize() {
    return model.vocabSize();
  }

  @Override
  public int contextLength() {
    return model.contextLength();
  }

  @Override
  public boolean isBatchInvariant() {
    return model.isBatchInvariant();
  }

  @Override
  public long cachedTokens(int rows, int longestRow) {
    return model.cachedTokens(rows, longestRow);
  }

  @Override
  public SequenceBatch newBatch() {
    return model.newBatch();
  }
}
