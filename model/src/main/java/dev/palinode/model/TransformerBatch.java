package dev.palinode.model;

import dev.palinode.decode.SequenceBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Sequences in a {@link KvCache}; {@link Passes} compute what is appended to them.
 *
 * <p>Slots in use are always the first ones: when a row leaves, the last one moves into its place.
 * So the rows of a step are neighbours in the cache, and attention reads them without a copy.
 */
final class TransformerBatch implements SequenceBatch {
  /** A row: its handle, and how many tokens its slot holds. Its slot is its place in the list. */
  private static final class Row {
    final int handle;
    int length;

    Row(int handle, int length) {
      this.handle = handle;
      this.length = length;
    }
  }

  private final Transformer network;
  private final KvCache cache;
  private final Passes passes;
  private final List<Row> rows = new ArrayList<>(); // by slot
  private int nextHandle;

  /**
   * @param passes makes the passes over a cache
   */
  TransformerBatch(Transformer network, Function<KvCache, Passes> passes) {
    this.network = network;
    this.cache =
        new KvCache(
            network.config(),
            HeadAttention.type(network.computeType(), network.device()),
            network.device());
    this.passes = passes.apply(cache);
  }

  @Override
  public int add() {
    rows.add(new Row(nextHandle, 0));
    return nextHandle++;
  }

  @Override
  public int length(int row) {
    return rows.get(slot(row)).length;
  }

  @Override
  public float[][] forward(int[] handles, int[][] tokens) {
    int[] slots = Arrays.stream(handles).map(this::slot).toArray();
    requireValid(handles, slots, tokens);
    int[] lengths = rows.stream().mapToInt(row -> row.length).toArray();
    float[][] logits = passes.compute(slots, lengths, tokens);
    for (int i = 0; i < slots.length; i++) {
      rows.get(slots[i]).length += tokens[i].length;
    }
    return logits;
  }

  private void requireValid(int[] handles, int[] slots, int[][] tokens) {
    if (handles.length == 0 || handles.length != tokens.length) {
      throw new IllegalArgumentException(
          handles.length + " rows and " + tokens.length + " token arrays: expected as many, not 0");
    }
    Set<Integer> seen = new HashSet<>();
    for (int i = 0; i < handles.length; i++) {
      int length = rows.get(slots[i]).length + tokens[i].length;
      if (!seen.add(handles[i])) {
        throw new IllegalArgumentException("row " + handles[i] + " is given twice");
      }
      if (tokens[i].length == 0 || length > network.config().contextLength()) {
        throw new IllegalArgumentException(
            "row "
                + handles[i]
                + " with "
                + tokens[i].length
                + " more tokens would hold "
                + length
                + ": expected at least one more and at most "
                + network.config().contextLength());
      }
      for (int id : tokens[i]) {
        if (id < 0 || id >= network.config().vocabSize()) {
          throw new IllegalArgumentException(
              "token id " + id + ": the model has 0 to " + (network.config().vocabSize() - 1));
        }
      }
    }
  }

  @Override
  public void truncate(int row, int length) {
    Row cut = rows.get(slot(row));
    if (length < 0 || length > cut.length) {
      throw new IllegalArgumentException(
          "cannot cut row " + row + " of " + cut.length + " tokens to " + length);
    }
    cut.length = length;
  }

  @Override
  public int fork(int row) {
    int from = slot(row);
    int length = rows.get(from).length;
    if (length > 0) { // first of all: memory may be short, and nothing has changed then
      cache.reserve(rows.size() + 1, length);
      cache.copySlot(from, rows.size(), length);
    }
    rows.add(new Row(nextHandle, length));
    return nextHandle++;
  }

  @Override
  public void remove(int row) {
    int slot = slot(row);
    int end = rows.size() - 1;
    Row last = rows.get(end);
    if (slot < end && last.length > 0) {
      cache.copySlot(end, slot, last.length);
    }
    rows.set(slot, last);
    rows.remove(end);
  }

  private int slot(int handle) {
    for (int slot = 0; slot < rows.size(); slot++) {
      if (rows.get(slot).handle == handle) {
        return slot;
      }
    }
    throw new IllegalArgumentException("no row " + handle + " in this batch");
  }

  @Override
  public void close() {
    rows.clear();
    cache.close();
  }
}
