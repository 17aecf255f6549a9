package dev.palinode.model;

import static dev.palinode.tensor.Functional.scaledDotProductAttention;

import dev.palinode.tensor.DType;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keys and values of the tokens that have been read, for all layers and a growing number of slots.
 *
 * <p>Position p of a sequence stands at index p of its slot, so that cutting a sequence back is
 * nothing but remembering a smaller length: what lies behind is masked, and overwritten later. Both
 * dimensions grow by doubling.
 */
final class KvCache implements AutoCloseable {
  private static final int FIRST_SLOTS = 1;
  private static final int FIRST_CAPACITY = 64;

  private final ModelConfig config;
  private final List<Tensor> keys = new ArrayList<>(); // per layer [slots, capacity, kv heads, dim]
  private final List<Tensor> values = new ArrayList<>();
  private int slots;
  private int capacity;

  KvCache(ModelConfig config) {
    this.config = config;
  }

  /** Makes room for that many slots of that many tokens; what is there stays. */
  void reserve(int neededSlots, int neededTokens) {
    if (neededSlots <= slots && neededTokens <= capacity) {
      return;
    }
    int newSlots = grown(Math.max(slots, FIRST_SLOTS), neededSlots);
    int newCapacity = grown(Math.max(capacity, FIRST_CAPACITY), neededTokens);
    for (int layer = 0; layer < config.layers(); layer++) {
      enlarge(keys, layer, newSlots, newCapacity);
      enlarge(values, layer, newSlots, newCapacity);
    }
    slots = newSlots;
    capacity = newCapacity;
  }

  private static int grown(int size, int needed) {
    int result = size;
    while (result < needed) {
      result *= 2;
    }
    return result;
  }

  private void enlarge(List<Tensor> perLayer, int layer, int newSlots, int newCapacity) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor larger =
          Tensors.zeros(DType.F32, newSlots, newCapacity, config.keyValueHeads(), config.headDim())
              .retain();
      if (perLayer.size() <= layer) {
        perLayer.add(larger);
        return;
      }
      try (Tensor old = perLayer.set(layer, larger)) {
        larger.narrow(0, 0, slots).narrow(1, 0, capacity).copyInPlace(old);
      }
    }
  }

  /** Copies the first {@code length} tokens of one slot to another. */
  void copySlot(int from, int to, int length) {
    try (TensorScope scope = TensorScope.open()) {
      for (int layer = 0; layer < keys.size(); layer++) {
        copySlot(keys.get(layer), from, to, length);
        copySlot(values.get(layer), from, to, length);
      }
    }
  }

  private static void copySlot(Tensor store, int from, int to, int length) {
    store
        .select(0, to)
        .narrow(0, 0, length)
        .copyInPlace(store.select(0, from).narrow(0, 0, length));
  }

  /**
   * Attention of new tokens, for a run of neighbouring slots, over what the slots hold and the new
   * tokens themselves, which are written first.
   *
   * @param firstSlot of the run
   * @param lengths tokens in each slot before
   * @param newTokens columns of the batch: slots with fewer are padded at the end; what the padding
   *     writes lies behind the sequence's end, so that room is reserved for it too
   */
  Attention over(int firstSlot, int[] lengths, int newTokens) {
    int batch = lengths.length;
    int reach = 0;
    boolean fresh = true;
    long[] places = new long[batch * newTokens];
    for (int i = 0; i < batch; i++) {
      for (int t = 0; t < newTokens; t++) {
        places[i * newTokens + t] = (long) (firstSlot + i) * capacity + lengths[i] + t;
      }
      reach = Math.max(reach, lengths[i] + newTokens);
      fresh &= lengths[i] == 0;
    }
    Tensor into = Tensors.of(places, places.length);
    // Sequences that begin here see nothing but themselves: the kernel's own causal mask does.
    @Nullable Tensor mask = fresh ? null : mask(lengths, newTokens, reach);
    boolean causal = fresh;
    int keysSeen = reach;
    return (layer, query, key, value) -> {
      write(keys.get(layer), into, key);
      write(values.get(layer), into, value);
      return scaledDotProductAttention(
              query.transpose(1, 2),
              read(keys.get(layer), firstSlot, batch, keysSeen),
              read(values.get(layer), firstSlot, batch, keysSeen),
              mask,
              causal)
          .transpose(1, 2);
    };
  }

  /**
   * True where a key's position is not behind the query's: {@code [batch, 1, newTokens, reach]}.
   */
  private static Tensor mask(int[] lengths, int newTokens, int reach) {
    long[] positions = new long[lengths.length * newTokens];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = (long) lengths[i / newTokens] + i % newTokens;
    }
    Tensor queries = Tensors.of(positions, lengths.length, 1, newTokens, 1);
    return Tensors.range(reach, DType.I64).lessOrEqual(queries);
  }

  private void write(Tensor store, Tensor into, Tensor tokens) {
    long heads = config.keyValueHeads();
    long dim = config.headDim();
    store.reshape(-1, heads, dim).indexCopyInPlace(0, into, tokens.reshape(-1, heads, dim));
  }

  private static Tensor read(Tensor store, int firstSlot, int batch, int length) {
    return store.narrow(0, firstSlot, batch).narrow(1, 0, length).transpose(1, 2);
  }

  @Override
  public void close() {
    keys.forEach(Tensor::close);
    values.forEach(Tensor::close);
  }
}
