package dev.palinode.model.decoding;

import dev.palinode.decode.SequenceBatch;
import dev.palinode.model.network.Transformer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sequences in a {@link KvCache}; a {@link ForwardPlan} computes the tokens appended to them.
 *
 * <p>In a forward pass the slots in use are the first ones: the slot of a removed row goes to the
 * next new row, otherwise to the last row. So the rows of a step are neighbours in the cache, and
 * attention reads them without a copy.
 *
 * <p>If the device fails (out of memory, for example), no row changes: a row's length is updated
 * last, and slot contents after it are ignored.
 */
final class TransformerBatch implements SequenceBatch {
  /** A row: its handle, and the number of tokens in its slot. Its slot is its index in the list. */
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
  private final ForwardPlan passes;
  private final List<@Nullable Row> rows = new ArrayList<>(); // by slot; null if removed
  private int nextHandle;

  /** Takes over an empty cache, which the passes use. */
  TransformerBatch(Transformer network, KvCache cache, ForwardPlan passes) {
    this.network = network;
    this.cache = cache;
    this.passes = passes;
  }

  @Override
  public int add() {
    return put(freeSlot(), 0);
  }

  /** The slot of the next new row. */
  private int freeSlot() {
    int free = rows.indexOf(null);
    return free < 0 ? rows.size() : free;
  }

  private int put(int slot, int length) {
    Row row = new Row(nextHandle++, length);
    if (slot == rows.size()) {
      rows.add(row);
    } else {
      rows.set(slot, row);
    }
    return row.handle;
  }

  @Override
  public int length(int row) {
    return row(row).length;
  }

  @Override
  public float[][] forward(int[] handles, int[][] tokens) {
    requireValid(handles, tokens);
    compact();
    int[] slots = Arrays.stream(handles).map(this::slot).toArray();
    int longest = 0;
    for (int i = 0; i < handles.length; i++) {
      longest = Math.max(longest, length(handles[i]) + tokens[i].length);
    }
    reserve(rows.size(), longest);
    float[][] logits = passes.compute(slots, lengths(), tokens);
    for (int i = 0; i < handles.length; i++) {
      row(handles[i]).length += tokens[i].length;
    }
    return logits;
  }

  /** Moves the last rows to the slots of removed rows. */
  private void compact() {
    for (int free = rows.indexOf(null); free >= 0; free = rows.indexOf(null)) {
      int end = rows.size() - 1;
      @Nullable Row last = rows.get(end);
      if (last != null) {
        if (last.length > 0) {
          cache.copySlot(end, free, last.length);
        }
        rows.set(free, last);
      }
      rows.remove(end);
    }
  }

  /** Reserves room in the cache for all rows and for one of that length. */
  private void reserve(int slots, int length) {
    cache.reserve(slots, Math.max(length, Arrays.stream(lengths()).max().orElse(0)));
  }

  /** Number of tokens in each slot. */
  private int[] lengths() {
    return rows.stream().mapToInt(row -> row == null ? 0 : row.length).toArray();
  }

  private void requireValid(int[] handles, int[][] tokens) {
    if (handles.length == 0 || handles.length != tokens.length) {
      throw new IllegalArgumentException(
          handles.length + " rows and " + tokens.length + " token arrays: expected as many, not 0");
    }
    Set<Integer> seen = new HashSet<>();
    for (int i = 0; i < handles.length; i++) {
      int length = length(handles[i]) + tokens[i].length;
      if (!seen.add(handles[i])) {
        throw new IllegalArgumentException("row " + handles[i] + " is given twice");
      }
      int most = network.config().contextLength();
      if (tokens[i].length == 0 || length > most) {
        throw new IllegalArgumentException(
            "row %s with %s more tokens would hold %s: expected at least one more and at most %s"
                .formatted(handles[i], tokens[i].length, length, most));
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
    Row cut = row(row);
    if (length < 0 || length > cut.length) {
      throw new IllegalArgumentException(
          "cannot cut row " + row + " of " + cut.length + " tokens to " + length);
    }
    cut.length = length;
  }

  @Override
  public int fork(int row) {
    int length = length(row);
    int free = freeSlot();
    if (length > 0) {
      reserve(Math.max(rows.size(), free + 1), length);
      cache.copySlot(slot(row), free, length);
    }
    return put(free, length);
  }

  @Override
  public void remove(int row) {
    rows.set(slot(row), null);
  }

  private Row row(int handle) {
    return Objects.requireNonNull(rows.get(slot(handle)));
  }

  private int slot(int handle) {
    for (int slot = 0; slot < rows.size(); slot++) {
      @Nullable Row row = rows.get(slot);
      if (row != null && row.handle == handle) {
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
