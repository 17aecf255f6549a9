package dev.palinode.bench;

import dev.palinode.decode.CausalLm;
import dev.palinode.decode.SequenceBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * A model wrapper that records when each call begins and ends, and can force a token. The time
 * between calls is the cost of the decoding loop.
 */
final class CallTimes implements CausalLm {
  private static final float CERTAIN = 1e4f;

  private final CausalLm model;
  private final int forcedToken;
  private final IntPredicate forces;
  private final List<long[]> calls = new ArrayList<>(); // begin, end, in nanoseconds

  /** A wrapper that does not change the logits. */
  CallTimes(CausalLm model) {
    this(model, 0, call -> false);
  }

  /**
   * A wrapper that makes one token certain at some calls.
   *
   * @param forces by the number of the call
   */
  CallTimes(CausalLm model, int forcedToken, IntPredicate forces) {
    this.model = model;
    this.forcedToken = forcedToken;
    this.forces = forces;
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

  /** Median milliseconds from the end of a call to the end of the next, for the selected calls. */
  double stepMillis(IntPredicate which) {
    return median(which, 1);
  }

  /**
   * Median milliseconds from the end of a call to the beginning of the next, for the selected
   * calls.
   */
  double loopMillis(IntPredicate which) {
    return median(which, 0);
  }

  private double median(IntPredicate which, int until) {
    return Median.of(
        IntStream.range(0, calls.size() - 1)
            .filter(which)
            .mapToDouble(i -> (calls.get(i + 1)[until] - calls.get(i)[1]) / 1e6)
            .toArray());
  }

  @Override
  public SequenceBatch newBatch() {
    SequenceBatch batch = model.newBatch();
    return new SequenceBatch() {
      @Override
      public int add() {
        return batch.add();
      }

      @Override
      public int length(int row) {
        return batch.length(row);
      }

      @Override
      public float[][] forward(int[] rows, int[][] tokens) {
        long begin = System.nanoTime();
        float[][] logits = batch.forward(rows, tokens);
        if (forces.test(calls.size())) {
          for (float[] row : logits) {
            row[forcedToken] = CERTAIN;
          }
        }
        calls.add(new long[] {begin, System.nanoTime()});
        return logits;
      }

      @Override
      public void truncate(int row, int length) {
        batch.truncate(row, length);
      }

      @Override
      public int fork(int row) {
        return batch.fork(row);
      }

      @Override
      public void remove(int row) {
        batch.remove(row);
      }

      @Override
      public void close() {
        batch.close();
      }
    };
  }
}
