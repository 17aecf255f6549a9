package dev.palinode.model;

import dev.palinode.decode.SequenceBatch;
import dev.palinode.tensor.Gradients;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Sequences in a {@link KvCache}.
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

  /** Longer prompts are read in pieces, so that activations stay small whatever their length. */
  private static final int PREFILL_CHUNK = 512;

  private final Transformer network;
  private final KvCache cache;
  private final List<Row> rows = new ArrayList<>(); // by slot
  private int nextHandle;

  TransformerBatch(Transformer network) {
    this.network = network;
    this.cache =
        new KvCache(
            network.config(),
            HeadAttention.type(network.computeType(), network.device()),
            network.device());
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
    Integer[] order = new Integer[handles.length]; // of the arguments, by slot
    Arrays.setAll(order, i -> i);
    int[] slots = Arrays.stream(handles).map(this::slot).toArray();
    requireValid(handles, slots, tokens);
    Arrays.sort(order, Comparator.comparingInt(i -> slots[i]));
    float[][] logits = new float[handles.length][];
    for (int start = 0; start < order.length; ) {
      int end = start + 1;
      while (end < order.length && slots[order[end]] == slots[order[end - 1]] + 1) {
        end++;
      }
      forwardRun(Arrays.copyOfRange(order, start, end), slots[order[start]], tokens, logits);
      start = end;
    }
    return logits;
  }

  /** Computes rows whose slots are neighbours. */
  private void forwardRun(Integer[] run, int firstSlot, int[][] tokens, float[][] logits) {
    int most = Arrays.stream(run).mapToInt(i -> tokens[i].length).max().orElseThrow();
    if (most > PREFILL_CHUNK && run.length > 1) {
      // Long prompts go one by one: a chunk fills the machine, and nothing is padded.
      for (int i = 0; i < run.length; i++) {
        forwardRun(new Integer[] {run[i]}, firstSlot + i, tokens, logits);
      }
      return;
    }
    int[][] rest = Arrays.stream(run).map(i -> tokens[i]).toArray(int[][]::new);
    while (most > PREFILL_CHUNK) {
      forward(firstSlot, new int[][] {Arrays.copyOf(rest[0], PREFILL_CHUNK)}, false);
      rest[0] = Arrays.copyOfRange(rest[0], PREFILL_CHUNK, rest[0].length);
      most = rest[0].length;
    }
    float[][] computed = forward(firstSlot, rest, true);
    for (int i = 0; i < run.length; i++) {
      logits[run[i]] = computed[i];
    }
  }

  /** Appends tokens to neighbouring slots; logits after the last token of each, if wanted. */
  private float[][] forward(int firstSlot, int[][] tokens, boolean wanted) {
    int batch = tokens.length;
    int columns = Arrays.stream(tokens).mapToInt(added -> added.length).max().orElseThrow();
    int[] lengths = new int[batch];
    long[] ids = new long[batch * columns];
    long[] positions = new long[batch * columns];
    long[] last = new long[batch];
    int longest = network.config().contextLength() - 1;
    for (int i = 0; i < batch; i++) {
      int[] added = tokens[i];
      lengths[i] = rows.get(firstSlot + i).length;
      for (int t = 0; t < columns; t++) {
        ids[i * columns + t] = added[Math.min(t, added.length - 1)];
        positions[i * columns + t] = Math.min(lengths[i] + t, longest);
      }
      last[i] = (long) i * columns + added.length - 1;
    }
    int reach = Arrays.stream(lengths).max().orElseThrow() + columns;
    try (TensorScope scope = TensorScope.open();
        Gradients.Disabled frozen = Gradients.disabled()) {
      cache.reserve(rows.size(), reach);
      Tensor hidden =
          network.hiddenStates(
              Tensors.of(ids, batch, columns).to(network.device()),
              positions,
              cache.over(firstSlot, lengths, columns));
      float[][] logits = wanted ? logits(hidden, last) : new float[0][];
      for (int i = 0; i < batch; i++) {
        rows.get(firstSlot + i).length += tokens[i].length;
      }
      return logits;
    }
  }

  /**
   * @param hidden {@code [batch, seq, hidden]}
   * @param last places in the flattened batch
   */
  private float[][] logits(Tensor hidden, long[] last) {
    Tensor flat = hidden.reshape(hidden.size(0) * hidden.size(1), hidden.size(2));
    Tensor ends =
        flat.size(0) == last.length
            ? flat // one token each
            : flat.indexSelect(0, Tensors.of(last, last.length).to(network.device()));
    return network.logits(ends).toFloatRows();
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
    int handle = add();
    if (length > 0) {
      cache.reserve(rows.size(), length);
      cache.copySlot(from, rows.size() - 1, length);
    }
    rows.get(rows.size() - 1).length = length;
    return handle;
  }

  @Override
  public void remove(int row) {
    int slot = slot(row);
    Row last = rows.remove(rows.size() - 1);
    if (slot < rows.size()) {
      if (last.length > 0) {
        cache.copySlot(rows.size(), slot, last.length);
      }
      rows.set(slot, last);
    }
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
