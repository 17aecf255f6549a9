package dev.palinode.testkit;

import dev.palinode.decode.CausalLm;
import dev.palinode.decode.SequenceBatch;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * A model whose logits are a simple function of the tokens so far, with a batch that stores the
 * tokens themselves: undo, forks and batching can be tested without arithmetic.
 */
public final class FakeCausalLm implements CausalLm {
  private final int vocabSize;
  private final int contextLength;
  private final Function<int[], float[]> logits;
  // Batches of one model may be used by several threads.
  private final AtomicInteger openRows = new AtomicInteger();
  private final AtomicLong tokensRead = new AtomicLong();

  /**
   * @param logits from all tokens of a sequence to {@code [vocab]} logits of the next one
   */
  public FakeCausalLm(int vocabSize, int contextLength, Function<int[], float[]> logits) {
    this.vocabSize = vocabSize;
    this.contextLength = contextLength;
    this.logits = logits;
  }

  /** A model that follows a prompt of {@code promptLength} tokens with exactly these ids. */
  public static FakeCausalLm reciting(int vocabSize, int promptLength, int... script) {
    return new FakeCausalLm(
        vocabSize,
        promptLength + script.length + 1,
        tokens -> oneHot(vocabSize, script[tokens.length - promptLength]));
  }

  /** A model whose logits are noise that depends on every token so far. */
  public static FakeCausalLm random(int vocabSize, int contextLength) {
    return new FakeCausalLm(
        vocabSize,
        contextLength,
        tokens -> {
          java.util.SplittableRandom random =
              new java.util.SplittableRandom(Arrays.hashCode(tokens));
          float[] values = new float[vocabSize];
          for (int id = 0; id < vocabSize; id++) {
            values[id] = (float) (4 * random.nextDouble());
          }
          return values;
        });
  }

  private static float[] oneHot(int vocabSize, int id) {
    float[] values = new float[vocabSize];
    values[id] = 10;
    return values;
  }

  @Override
  public int vocabSize() {
    return vocabSize;
  }

  @Override
  public int contextLength() {
    return contextLength;
  }

  @Override
  public SequenceBatch newBatch() {
    return new Batch();
  }

  /** Rows that batches of this model hold now. */
  public int openRows() {
    return openRows.get();
  }

  /** Tokens that were read by all batches together. */
  public long tokensRead() {
    return tokensRead.get();
  }

  private final class Batch implements SequenceBatch {
    private final Map<Integer, int[]> rows = new TreeMap<>();
    private int nextHandle;

    @Override
    public int add() {
      openRows.incrementAndGet();
      rows.put(nextHandle, new int[0]);
      return nextHandle++;
    }

    @Override
    public int length(int row) {
      return tokens(row).length;
    }

    @Override
    public float[][] forward(int[] handles, int[][] tokens) {
      float[][] result = new float[handles.length][];
      for (int i = 0; i < handles.length; i++) {
        int[] before = tokens(handles[i]);
        int[] after = Arrays.copyOf(before, before.length + tokens[i].length);
        System.arraycopy(tokens[i], 0, after, before.length, tokens[i].length);
        if (tokens[i].length == 0 || after.length > contextLength) {
          throw new IllegalArgumentException(
              "row " + handles[i] + " would hold " + after.length + " of " + contextLength);
        }
        rows.put(handles[i], after);
        tokensRead.addAndGet(tokens[i].length);
        result[i] = logits.apply(after);
      }
      return result;
    }

    @Override
    public void truncate(int row, int length) {
      if (length < 0 || length > tokens(row).length) {
        throw new IllegalArgumentException(
            "cannot cut row " + row + " of " + tokens(row).length + " tokens to " + length);
      }
      rows.put(row, Arrays.copyOf(tokens(row), length));
    }

    @Override
    public int fork(int row) {
      openRows.incrementAndGet();
      rows.put(nextHandle, tokens(row));
      return nextHandle++;
    }

    @Override
    public void remove(int row) {
      tokens(row);
      openRows.decrementAndGet();
      rows.remove(row);
    }

    @Override
    public void close() {
      openRows.addAndGet(-rows.size());
      rows.clear();
    }

    private int[] tokens(int row) {
      int[] tokens = rows.get(row);
      if (tokens == null) {
        throw new IllegalArgumentException("no row " + row);
      }
      return tokens;
    }
  }
}
