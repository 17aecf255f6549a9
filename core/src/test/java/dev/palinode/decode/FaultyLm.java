package dev.palinode.decode;

import dev.palinode.testkit.DelegatingLm;
import java.util.SplittableRandom;

/**
 * A model that fails at random: when a batch is opened, a row is copied, and before or after a
 * computation. Never twice in a row, so that a retry works. For one thread.
 */
final class FaultyLm extends DelegatingLm {
  static final String FAULT = "injected fault";

  private static final int EVERY = 150; // calls, on average

  private final SplittableRandom random;
  private int sound; // calls since the last fault

  FaultyLm(CausalLm model, long seed) {
    super(model);
    this.random = new SplittableRandom(seed);
  }

  private void maybeFail() {
    if (sound++ > 4 && random.nextInt(EVERY) == 0) {
      sound = 0;
      throw new IllegalStateException(FAULT);
    }
  }

  @Override
  public SequenceBatch newBatch() {
    maybeFail();
    return new DelegatingBatch(super.newBatch()) {
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
