package dev.palinode.decode;

import java.util.SplittableRandom;

/**
 * A model that fails now and then: when a batch is to be opened or a row copied, before something
 * is computed or after it. Never twice in a row, so that what is tried again works. For one thread.
 */
final class FaultyLm implements CausalLm {
  static final String FAULT = "injected fault";

  private static final int EVERY = 150; // calls, on average

  private final CausalLm model;
  private final SplittableRandom random;
  private int sound; // calls since the last fault

  FaultyLm(CausalLm model, long seed) {
    this.model = model;
    this.random = new SplittableRandom(seed);
  }

  private void maybeFail() {
    if (sound++ > 4 && random.nextInt(EVERY) == 0) {
      sound = 0;
      throw new IllegalStateException(FAULT);
    }
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
    maybeFail();
    return new DelegatingBatch(model.newBatch()) {
      @Override
      public float[][] forward(int[] rows, int[][] tokens) {
        maybeFail();
        float[][] logits = super.forward(rows, tokens);
        maybeFail(); // worse than batches promise: rows have changed
        return logits;
      }

      @Override
      public int fork(int row) {
        maybeFail();
        return super.fork(row);
      }
    };
  }
}
