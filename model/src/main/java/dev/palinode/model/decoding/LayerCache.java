package dev.palinode.model.decoding;

import dev.palinode.model.config.AttentionConfig;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Keys and values of one layer. Its size changes as a whole, or not at all if memory is short. */
final class LayerCache implements AutoCloseable {
  /** Memory is freed when it is this many times the need. */
  private static final int WASTEFUL = 4;

  /**
   * The memory of a layer.
   *
   * @param keys {@code [slots, kv heads, capacity, dim]}
   * @param values likewise
   * @param keyRows the same memory, a row per slot, head and position: {@code [slots * kv heads *
   *     capacity, dim]}
   * @param valueRows likewise
   */
  record Memory(
      int slots, int capacity, Tensor keys, Tensor values, Tensor keyRows, Tensor valueRows) {
    private boolean suits(int neededSlots, int neededTokens) {
      return slots >= neededSlots
          && capacity >= neededTokens
          && (long) slots * capacity < WASTEFUL * (long) neededSlots * neededTokens;
    }

    private List<Tensor> tensors() {
      return List.of(keys, values, keyRows, valueRows);
    }
  }

  private final AttentionConfig attention;
  private final Function<long[], Tensor> zeros; // allocates a tensor of a shape
  private @Nullable Memory memory; // once there is a slot

  LayerCache(AttentionConfig attention, Function<long[], Tensor> zeros) {
    this.attention = attention;
    this.zeros = zeros;
  }

  /**
   * Reallocates if there is too little memory for these slots, or far too much. The content of the
   * first slots and positions is kept, the rest is dropped. If this throws, nothing has changed.
   */
  void reserve(int slots, int capacity) {
    @Nullable Memory old = memory;
    if (old != null && old.suits(slots, capacity)) {
      return;
    }
    try (TensorScope scope = TensorScope.open()) {
      Memory made = allocate(slots, capacity);
      if (old != null) {
        copy(old.keys, made.keys);
        copy(old.values, made.values);
      }
      made.tensors().forEach(Tensor::retain);
      memory = made;
    }
    if (old != null) {
      old.tensors().forEach(Tensor::close);
    }
  }

  private Memory allocate(int slots, int capacity) {
    long[] shape = {slots, attention.keyValueHeads(), capacity, attention.headDim()};
    Tensor keys = zeros.apply(shape);
    Tensor values = zeros.apply(shape);
    return new Memory(
        slots,
        capacity,
        keys,
        values,
        keys.reshape(-1, attention.headDim()),
        values.reshape(-1, attention.headDim()));
  }

  private static void copy(Tensor from, Tensor to) {
    long slots = Math.min(from.size(0), to.size(0));
    long capacity = Math.min(from.size(2), to.size(2));
    to.narrow(0, 0, slots)
        .narrow(2, 0, capacity)
        .copyInPlace(from.narrow(0, 0, slots).narrow(2, 0, capacity));
  }

  /** Copies the first {@code length} tokens of one slot to another. */
  void copySlot(int from, int to, int length) {
    copySlot(memory().keys, from, to, length);
    copySlot(memory().values, from, to, length);
  }

  private static void copySlot(Tensor store, int from, int to, int length) {
    store
        .select(0, to)
        .narrow(1, 0, length)
        .copyInPlace(store.select(0, from).narrow(1, 0, length));
  }

  /** The present memory; only after a slot has been reserved. */
  Memory memory() {
    return Objects.requireNonNull(memory);
  }

  @Override
  public void close() {
    if (memory != null) {
      memory.tensors().forEach(Tensor::close);
      memory = null;
    }
  }
}
