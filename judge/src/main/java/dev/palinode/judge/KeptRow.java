package dev.palinode.judge;

import dev.palinode.decode.CausalLm;
import dev.palinode.decode.SequenceBatch;
import java.util.Arrays;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * A row of a model's KV cache for texts read one after the other. Of each text, only the tokens
 * after its common prefix with the previous one are read. The logits are those of an empty row,
 * except for the rounding that comes with reading in other pieces.
 *
 * <p>Reads in pieces of {@value #PIECE} tokens, and stops between two of them when its thread is
 * interrupted. Used by one thread at a time; its memory is allocated at the first read.
 */
final class KeptRow implements AutoCloseable {
  /**
   * A large model on a CPU takes a few seconds for this number of tokens; fewer would be slower.
   */
  static final int PIECE = 64;

  private final CausalLm model;
  private @Nullable SequenceBatch batch;
  private int row;
  private int[] held = {}; // the tokens of the row

  KeptRow(CausalLm model) {
    this.model = model;
  }

  /**
   * The logits {@code [vocab]} after these tokens, at least one.
   *
   * @throws CancellationException if the thread is interrupted; tokens already read are kept
   */
  float[] read(int[] ids) {
    SequenceBatch open = openBatch();
    int mismatch = Arrays.mismatch(held, ids);
    int common = mismatch < 0 ? ids.length : mismatch;
    int read = Math.min(common, ids.length - 1); // logits come from reading the last token
    open.truncate(row, read);
    held = Arrays.copyOf(ids, read);
    float[] logits = {};
    while (held.length < ids.length) {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException("interrupted while a guard model was reading");
      }
      int end = Math.min(ids.length, held.length + PIECE);
      logits = forward(open, Arrays.copyOfRange(ids, held.length, end));
      held = Arrays.copyOf(ids, end);
    }
    return logits;
  }

  private SequenceBatch openBatch() {
    if (batch == null) {
      batch = model.newBatch();
      row = batch.add();
    }
    return batch;
  }

  private float[] forward(SequenceBatch open, int[] ids) {
    try {
      return open.forward(new int[] {row}, new int[][] {ids})[0];
    } catch (RuntimeException | Error e) {
      close(); // the content of the row is unknown now
      throw e;
    }
  }

  /** Frees the memory; the next read begins with a new row. */
  @Override
  public void close() {
    held = new int[0];
    if (batch != null) {
      batch.close();
      batch = null;
    }
  }
}
