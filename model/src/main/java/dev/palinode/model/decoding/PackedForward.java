package dev.palinode.model.decoding;

import dev.palinode.model.network.Transformer;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import java.util.Arrays;
import java.util.Comparator;

/**
 * Forward passes over as many neighbouring slots as is worthwhile; shorter rows are padded at their
 * end.
 *
 * <p>A few idle slots in between are computed as padding too: another pass would read all weights
 * again. Padding is written after a row's end, where nothing is read before it is overwritten. It
 * never needs more capacity than the cache has for the rows themselves.
 */
final class PackedForward implements ForwardPlan {
  /** Longer prompts are prefilled in chunks, so that activations stay small. */
  private static final int PREFILL_CHUNK = 512;

  /**
   * The most neighbouring idle slots that are computed in a step of one token each. On the shape of
   * 110M weights the fixed cost of a pass equals 13 further rows in F32, 10 in BF16 and 3 in INT8
   * (docs/performance.md), and fewer with long contexts.
   */
  private static final int MOST_IDLE = 4;

  /** How much longer idle rows may be than the longest row of the step: all rows read as far. */
  private static final int MOST_LONGER = 128;

  /** Padding up to this number of tokens costs no more than another pass, by the same figures. */
  private static final int CHEAP_PADDING = 16;

  private static final int[] IDLE = {};

  private final Transformer network;
  private final KvCache cache;

  PackedForward(Transformer network, KvCache cache) {
    this.network = network;
    this.cache = cache;
  }

  @Override
  public float[][] compute(int[] slots, int[] lengths, int[][] tokens) {
    Integer[] order = new Integer[slots.length]; // indices of the arguments, by slot
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingInt(i -> slots[i]));
    int room = KvCache.roomFor(longestEnd(slots, lengths, tokens));
    float[][] logits = new float[slots.length][];
    for (int start = 0; start < order.length; ) {
      int end = endOfRun(order, start, slots, lengths, tokens, room);
      int first = slots[order[start]];
      int[][] added = new int[slots[order[end - 1]] + 1 - first][];
      Arrays.fill(added, IDLE);
      for (int i = start; i < end; i++) {
        added[slots[order[i]] - first] = tokens[order[i]];
      }
      float[][] computed = run(first, lengths, added);
      for (int i = start; i < end; i++) {
        logits[order[i]] = computed[i - start];
      }
      start = end;
    }
    return logits;
  }

  private static int longestEnd(int[] slots, int[] lengths, int[][] tokens) {
    int longest = Arrays.stream(lengths).max().orElseThrow();
    for (int i = 0; i < slots.length; i++) {
      longest = Math.max(longest, lengths[slots[i]] + tokens[i].length);
    }
    return longest;
  }

  /**
   * End of the run of rows that are computed together: as long as padding and idle slots do not
   * cost too much, and the cache has room for the padding.
   */
  private static int endOfRun(
      Integer[] order, int start, int[] slots, int[] lengths, int[][] tokens, int room) {
    boolean single = Arrays.stream(tokens).allMatch(added -> added.length == 1);
    int mostIdle = single ? MOST_IDLE : 0;
    int longest = Arrays.stream(slots).map(slot -> lengths[slot]).max().orElseThrow();
    int most = 0;
    int read = 0;
    int end = start;
    for (; end < order.length; end++) {
      int next = slots[order[end]];
      int idle = end == start ? next : slots[order[end - 1]] + 1;
      most = Math.max(most, tokens[order[end]].length);
      read += tokens[order[end]].length;
      if (next - idle > mostIdle
          || reachesBeyond(longest + MOST_LONGER, lengths, idle, next)
          || reachesBeyond(room - most, lengths, slots[order[start]], next + 1)
          || isMostlyPadding(end + 1 - start, most, read)) {
        break;
      }
    }
    return end;
  }

  private static boolean reachesBeyond(int most, int[] lengths, int from, int to) {
    return Arrays.stream(lengths, from, to).anyMatch(length -> length > most);
  }

  /** Whether rows, padded to the most tokens of one, have more padding than is worthwhile. */
  private static boolean isMostlyPadding(int rows, int most, int read) {
    int padding = most == 1 ? 0 : rows * most - read;
    return padding > Math.max(CHEAP_PADDING, read / 4);
  }

  /** Logits of the neighbouring slots that get tokens. */
  private float[][] run(int firstSlot, int[] lengths, int[][] tokens) {
    int most = Arrays.stream(tokens).mapToInt(added -> added.length).max().orElseThrow();
    if (most <= PREFILL_CHUNK) {
      return pass(firstSlot, lengths, tokens, true);
    }
    // Long prompts are read one by one: a chunk uses the whole machine, and nothing is padded.
    float[][] logits = new float[tokens.length][];
    for (int i = 0; i < tokens.length; i++) {
      logits[i] = inChunks(firstSlot + i, lengths.clone(), tokens[i]);
    }
    return logits;
  }

  private float[] inChunks(int slot, int[] lengths, int[] tokens) {
    int[] rest = tokens;
    while (rest.length > PREFILL_CHUNK) {
      pass(slot, lengths, new int[][] {Arrays.copyOf(rest, PREFILL_CHUNK)}, false);
      lengths[slot] += PREFILL_CHUNK;
      rest = Arrays.copyOfRange(rest, PREFILL_CHUNK, rest.length);
    }
    return pass(slot, lengths, new int[][] {rest}, true)[0];
  }

  /** Appends tokens to neighbouring slots; logits of those that get any, if requested. */
  private float[][] pass(int firstSlot, int[] allLengths, int[][] tokens, boolean wanted) {
    int batch = tokens.length;
    int columns = Arrays.stream(tokens).mapToInt(added -> added.length).max().orElseThrow();
    int[] lengths = Arrays.copyOfRange(allLengths, firstSlot, firstSlot + batch);
    long[] ids = new long[batch * columns]; // padded with token 0
    long[] positions = new long[batch * columns];
    long[] last = new long[batch];
    int ends = 0;
    int longest = network.config().contextLength() - 1;
    for (int i = 0; i < batch; i++) {
      int[] added = tokens[i];
      for (int t = 0; t < columns; t++) {
        ids[i * columns + t] = t < added.length ? added[t] : 0;
        positions[i * columns + t] = Math.min(lengths[i] + t, longest);
      }
      if (added.length > 0) {
        last[ends++] = (long) i * columns + added.length - 1;
      }
    }
    try (TensorScope scope = TensorScope.withoutGradients()) {
      Tensor hidden =
          network.hiddenStates(
              Tensors.of(ids, batch, columns).to(network.device()),
              positions,
              cache.over(firstSlot, lengths, columns));
      return wanted ? logits(hidden, Arrays.copyOf(last, ends)) : new float[0][];
    }
  }

  /** Logits after {@code last}, indices in the flattened batch. */
  private float[][] logits(Tensor hidden, long[] last) {
    Tensor flat = hidden.reshape(hidden.size(0) * hidden.size(1), hidden.size(2));
    Tensor ends =
        flat.size(0) == last.length
            ? flat // one token each
            : flat.indexSelect(0, Tensors.of(last, last.length).to(network.device()));
    return network.logits(ends).toFloatRows();
  }
}
