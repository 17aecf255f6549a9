package dev.palinode.model;

import dev.palinode.tensor.DType;
import dev.palinode.tensor.Device;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Keys and values of the tokens that have been read, for all layers and a growing number of slots.
 *
 * <p>Position p of a sequence stands at index p of its slot, so that cutting a sequence back is
 * nothing but remembering a smaller length: what lies behind is masked, and overwritten later.
 * Layers with a sliding window keep all positions too: an undo may go back past any window.
 *
 * <p>The keys of a head lie together, so that attention reads them in one stream. Memory is taken
 * in blocks of {@value #BLOCK} positions, and by doubling the slots.
 */
final class KvCache implements AutoCloseable {
  private static final int BLOCK = 128;

  private final ModelConfig config;
  private final AttentionConfig attention;
  private final DType type;
  private final Device device;
  private final List<Tensor> keys = new ArrayList<>(); // per layer [slots, kv heads, capacity, dim]
  private final List<Tensor> values = new ArrayList<>();
  private int slots;
  private int capacity;

  /**
   * @param type that {@link HeadAttention#type attention} wants
   */
  KvCache(ModelConfig config, DType type, Device device) {
    this.config = config;
    this.attention = config.attention();
    this.type = type;
    this.device = device;
  }

  /** Makes room for that many slots of that many tokens; what is there stays. */
  void reserve(int neededSlots, int neededTokens) {
    if (neededSlots <= slots && neededTokens <= capacity) {
      return;
    }
    int newSlots = Math.max(slots, 1);
    while (newSlots < neededSlots) {
      newSlots *= 2;
    }
    int newCapacity = Math.max(capacity, (neededTokens + BLOCK - 1) / BLOCK * BLOCK);
    for (int layer = 0; layer < config.layers(); layer++) {
      enlarge(keys, layer, newSlots, newCapacity);
      enlarge(values, layer, newSlots, newCapacity);
    }
    slots = newSlots;
    capacity = newCapacity;
  }

  private void enlarge(List<Tensor> perLayer, int layer, int newSlots, int newCapacity) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor larger =
          Tensors.zeros(
                  type,
                  device,
                  newSlots,
                  attention.keyValueHeads(),
                  newCapacity,
                  attention.headDim())
              .retain();
      if (perLayer.size() <= layer) {
        perLayer.add(larger);
        return;
      }
      try (Tensor old = perLayer.set(layer, larger)) {
        larger.narrow(0, 0, slots).narrow(2, 0, capacity).copyInPlace(old);
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
        .narrow(1, 0, length)
        .copyInPlace(store.select(0, from).narrow(1, 0, length));
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
    return new CachedAttention(firstSlot, lengths, newTokens);
  }

  /** Attention over the cache; made for one step. */
  private final class CachedAttention implements Attention {
    private final int firstSlot;
    private final int batch;
    private final int newTokens;
    private final int shortest;
    private final int longest;
    private final Tensor into; // [batch * newTokens * kv heads], where new tokens are written
    private final @Nullable Tensor positions; // [batch, 1, newTokens, 1]; null if not needed
    private final Map<Integer, Tensor> masks = new HashMap<>(); // by window

    CachedAttention(int firstSlot, int[] lengths, int newTokens) {
      this.firstSlot = firstSlot;
      this.batch = lengths.length;
      this.newTokens = newTokens;
      this.shortest = Arrays.stream(lengths).min().orElseThrow();
      this.longest = Arrays.stream(lengths).max().orElseThrow();
      long[] at = new long[batch * newTokens];
      int heads = attention.keyValueHeads();
      long[] places = new long[at.length * heads];
      for (int i = 0; i < at.length; i++) {
        at[i] = (long) lengths[i / newTokens] + i % newTokens;
        long slot = (long) firstSlot + i / newTokens;
        for (int head = 0; head < heads; head++) {
          places[i * heads + head] = (slot * heads + head) * capacity + at[i];
        }
      }
      this.into = Tensors.of(places, places.length).to(device);
      this.positions =
          seesAll(0) && noWindowHides() ? null : Tensors.of(at, batch, 1, newTokens, 1).to(device);
    }

    /** Whether, from that key on, no mask is needed beyond what the kernel does by itself. */
    private boolean seesAll(int firstKey) {
      // One new token in rows of one length sees all; sequences that begin here, up to itself.
      return shortest == longest && (newTokens == 1 || (longest == 0 && firstKey == 0));
    }

    private boolean noWindowHides() {
      return attention.softcap() == 0
          && attention.windows().stream()
              .allMatch(window -> window == 0 || window >= longest + newTokens);
    }

    @Override
    public Tensor attend(int layer, Tensor query, Tensor key, Tensor value) {
      write(keys.get(layer), key.to(type));
      write(values.get(layer), value.to(type));
      int window = attention.windows().get(layer);
      int reach = longest + newTokens;
      // Keys that the window hides from every query need not be read.
      int firstKey = window == 0 ? 0 : Math.max(0, shortest + 1 - window);
      boolean hides = window != 0 && window < reach - firstKey;
      boolean plain = !hides && seesAll(firstKey) && attention.softcap() == 0;
      @Nullable Tensor mask = plain ? null : mask(firstKey, reach - firstKey, window);
      return HeadAttention.attend(
          attention,
          query,
          read(keys.get(layer), firstKey, reach - firstKey),
          read(values.get(layer), firstKey, reach - firstKey),
          mask,
          plain && newTokens > 1);
    }

    private Tensor mask(int firstKey, int count, int window) {
      return masks.computeIfAbsent(
          window, width -> Masks.window(Objects.requireNonNull(positions), firstKey, count, width));
    }

    private void write(Tensor store, Tensor tokens) {
      long dim = attention.headDim();
      store.reshape(-1, dim).indexCopyInPlace(0, into, tokens.reshape(-1, dim));
    }

    private Tensor read(Tensor store, int firstKey, int count) {
      return store.narrow(0, firstSlot, batch).narrow(2, firstKey, count);
    }
  }

  @Override
  public void close() {
    keys.forEach(Tensor::close);
    values.forEach(Tensor::close);
  }
}
