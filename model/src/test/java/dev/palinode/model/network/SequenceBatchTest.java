package dev.palinode.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.decode.SequenceBatch;
import dev.palinode.model.config.TinyModels;
import dev.palinode.model.decoding.TransformerLm;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The equivalences that a cache must keep, each against the network without one: for every
 * variation of the network, in the form for training and in that for inference.
 */
@ParameterizedClass
@MethodSource("networks")
class SequenceBatchTest {
  private static final int VOCAB = TinyModels.LLAMA.config.vocabSize();
  private static final int CONTEXT = TinyModels.LLAMA.config.contextLength();

  /** Largest difference of a logit allowed, relative to the largest logit. */
  private static final float ROUNDING = 1e-4f;

  static Stream<Arguments> networks() {
    return Arrays.stream(TinyModels.values())
        .flatMap(model -> Stream.of(Arguments.of(model, false), Arguments.of(model, true)));
  }

  private final Transformer network;

  SequenceBatchTest(TinyModels model, boolean forInference) {
    Transformer trainable = model.random(7);
    if (forInference) {
      network = trainable.forInference(WeightType.F32);
      trainable.close();
    } else {
      network = trainable;
    }
  }

  @AfterEach
  void close() {
    network.close();
  }

  private SequenceBatch newBatch() {
    return new TransformerLm(network).newBatch();
  }

  private static int[] tokens(int count, long seed) {
    return new Random(seed).ints(count, 0, VOCAB).toArray();
  }

  /** The logits after the last token, computed without a cache. */
  private float[] uncached(int... ids) {
    try (TensorScope scope = TensorScope.open()) {
      return network.logits(hiddenStates(ids).select(1, ids.length - 1)).toFloats();
    }
  }

  private float[] uncachedOfEveryPosition(int... ids) {
    try (TensorScope scope = TensorScope.open()) {
      return network.logits(hiddenStates(ids)).toFloats();
    }
  }

  private static float[] logits(float[] ofEveryPosition, int position) {
    return Arrays.copyOfRange(ofEveryPosition, position * VOCAB, (position + 1) * VOCAB);
  }

  private Tensor hiddenStates(int... ids) {
    long[] longs = Arrays.stream(ids).asLongStream().toArray();
    return network.hiddenStates(Tensors.of(longs, 1, ids.length));
  }

  private static float[] forward(SequenceBatch batch, int row, int... ids) {
    return batch.forward(new int[] {row}, new int[][] {ids})[0];
  }

  private static void assertSame(float[] actual, float[] expected) {
    float size = 0;
    float difference = 0;
    for (int id = 0; id < expected.length; id++) {
      size = Math.max(size, Math.abs(expected[id]));
      difference = Math.max(difference, Math.abs(actual[id] - expected[id]));
    }
    assertThat(difference).isLessThanOrEqualTo(ROUNDING * size);
  }

  /** What the tolerance is to be held against: one other token moves logits by more. */
  @Test
  void tolerance_isFarBelowTheEffectOfOneToken() {
    int[] ids = tokens(100, 1);
    int[] other = ids.clone();
    other[90] = (ids[90] + 1) % VOCAB;

    assertThatThrownBy(() -> assertSame(uncached(other), uncached(ids)))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void cached_equalsUncached_atEveryPosition() {
    int[] ids = tokens(150, 1);
    float[] expected = uncachedOfEveryPosition(ids);
    try (SequenceBatch batch = newBatch()) {
      int row = batch.add();
      for (int i = 0; i < ids.length; i++) {
        assertSame(forward(batch, row, ids[i]), logits(expected, i));
      }
    }
  }

  @Test
  void prefillInPieces_equalsPrefillAtOnce() {
    int[] ids = tokens(90, 2);
    float[] expected = uncached(ids);
    for (int cut = 1; cut < ids.length; cut += 7) {
      try (SequenceBatch batch = newBatch()) {
        int row = batch.add();
        forward(batch, row, Arrays.copyOf(ids, cut));
        assertSame(forward(batch, row, Arrays.copyOfRange(ids, cut, ids.length)), expected);
      }
    }
  }

  @Test
  void batched_equalsAlone_forPromptsOfAnyLength() {
    try (SequenceBatch batch = newBatch()) {
      int[] rows = new int[6];
      int[][] prompts = new int[6][];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = batch.add();
        prompts[i] = tokens(1 + 17 * i, i);
      }
      float[][] logits = batch.forward(rows, prompts);
      for (int i = 0; i < rows.length; i++) {
        assertSame(logits[i], uncached(prompts[i]));
      }
    }
  }

  @Test
  void undoToEveryPosition_thenAStep_equalsNeverHavingGoneThere() {
    int[] prompt = tokens(9, 3);
    int[] answer = tokens(40, 4);
    int next = 5;
    int[] all = Arrays.copyOf(prompt, prompt.length + answer.length);
    System.arraycopy(answer, 0, all, prompt.length, answer.length);
    try (SequenceBatch batch = newBatch()) {
      int gone = batch.add();
      forward(batch, gone, prompt);
      for (int id : answer) {
        forward(batch, gone, id);
      }
      for (int kept = 0; kept <= all.length; kept++) {
        int row = batch.fork(gone);
        batch.truncate(row, kept);
        assertThat(batch.length(row)).isEqualTo(kept);
        int[] ids = append(append(Arrays.copyOf(all, kept), next), next + 1);
        float[] expected = uncachedOfEveryPosition(ids);
        assertSame(forward(batch, row, next), logits(expected, kept));
        assertSame(forward(batch, row, next + 1), logits(expected, kept + 1));
        batch.remove(row);
      }
    }
  }

  @Test
  void fork_goesItsOwnWay() {
    int[] prompt = tokens(20, 5);
    try (SequenceBatch batch = newBatch()) {
      int row = batch.add();
      forward(batch, row, prompt);
      int other = batch.fork(row);

      assertSame(forward(batch, other, 1), uncached(append(prompt, 1)));
      assertSame(forward(batch, row, 2), uncached(append(prompt, 2)));
      assertSame(forward(batch, other, 3), uncached(append(append(prompt, 1), 3)));
    }
  }

  /** Random schedules of everything a batch can do, against plain lists of tokens. */
  @Test
  void anySchedule_equalsTheUncachedNetwork() {
    for (int seed = 0; seed < 4; seed++) {
      Random random = new Random(seed);
      try (SequenceBatch batch = newBatch()) {
        Map<Integer, int[]> held = new HashMap<>();
        for (int step = 0; step < 40; step++) {
          List<Integer> rows = new ArrayList<>(held.keySet());
          int action = rows.isEmpty() ? 0 : random.nextInt(6);
          int row = rows.isEmpty() ? -1 : rows.get(random.nextInt(rows.size()));
          switch (action) {
            case 0 -> held.put(batch.add(), new int[0]);
            case 1 -> {
              batch.remove(row);
              held.remove(row);
            }
            case 2 -> held.put(batch.fork(row), held.get(row));
            case 3 -> {
              int kept = random.nextInt(held.get(row).length + 1);
              batch.truncate(row, kept);
              held.put(row, Arrays.copyOf(held.get(row), kept));
            }
            default -> forwardSome(batch, held, rows, random);
          }
        }
      }
    }
  }

  /** Rows that sit a step out stand between those that are computed, some of them full. */
  @Test
  void anyRowsOneToken_whileOthersSitOut_equalsTheUncachedNetwork() {
    Random random = new Random(11);
    try (SequenceBatch batch = newBatch()) {
      List<Integer> rows = new ArrayList<>();
      Map<Integer, int[]> held = new HashMap<>();
      for (int length : new int[] {3, CONTEXT, 40, CONTEXT - 1, 127, 128, CONTEXT, 1, 12, 90, 60}) {
        rows.add(batch.add());
        held.put(rows.get(rows.size() - 1), tokens(length, length));
      }
      batch.forward(
          rows.stream().mapToInt(row -> row).toArray(),
          rows.stream().map(held::get).toArray(int[][]::new));
      for (int step = 0; step < 15; step++) {
        List<Integer> open =
            new ArrayList<>(rows.stream().filter(row -> held.get(row).length < CONTEXT).toList());
        Collections.shuffle(open, random);
        List<Integer> chosen = open.subList(0, 1 + random.nextInt(open.size()));
        forward(batch, held, chosen, chosen.stream().map(i -> tokens(1, random.nextLong())));
      }
      for (int row : rows) { // what has been padded over is still what it was
        int kept = held.get(row).length - 1;
        batch.truncate(row, kept);
        held.put(row, Arrays.copyOf(held.get(row), kept));
      }
      forward(batch, held, rows, rows.stream().map(row -> tokens(1, row)));
    }
  }

  private void forwardSome(
      SequenceBatch batch, Map<Integer, int[]> held, List<Integer> rows, Random random) {
    Collections.shuffle(rows, random);
    List<Integer> chosen = rows.subList(0, 1 + random.nextInt(rows.size()));
    boolean single = random.nextBoolean();
    forward(
        batch,
        held,
        chosen,
        chosen.stream().map(row -> tokens(single ? 1 : 1 + random.nextInt(4), random.nextLong())));
  }

  /** Appends to rows, and compares what they hold then. */
  private void forward(
      SequenceBatch batch, Map<Integer, int[]> held, List<Integer> rows, Stream<int[]> tokens) {
    int[][] added = tokens.toArray(int[][]::new);
    float[][] logits = batch.forward(rows.stream().mapToInt(row -> row).toArray(), added);
    for (int i = 0; i < added.length; i++) {
      int[] before = held.get(rows.get(i));
      int[] all = Arrays.copyOf(before, before.length + added[i].length);
      System.arraycopy(added[i], 0, all, before.length, added[i].length);
      held.put(rows.get(i), all);
      assertSame(logits[i], uncached(all));
    }
  }

  private static int[] append(int[] ids, int id) {
    int[] longer = Arrays.copyOf(ids, ids.length + 1);
    longer[ids.length] = id;
    return longer;
  }

  @Test
  void fullContext_isRefused_andNothingChanges() {
    try (SequenceBatch batch = newBatch()) {
      int row = batch.add();
      int[] ids = tokens(CONTEXT - 1, 6);
      forward(batch, row, ids);

      assertThatThrownBy(() -> forward(batch, row, 1, 2))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("at most 200");
      assertThatThrownBy(() -> forward(batch, row, 50))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("token id 50");
      assertSame(forward(batch, row, 1), uncached(append(ids, 1)));
    }
  }

  /** A long row and a short prompt in one call: the padding of one must not reach the other. */
  @Test
  void raggedCall_atTheEndOfTheContext_keepsRowsApart() {
    try (SequenceBatch batch = newBatch()) {
      int[] longIds = tokens(CONTEXT - 1, 8);
      int[] shortIds = tokens(60, 9);
      int first = batch.add();
      forward(batch, first, longIds);
      int second = batch.add();

      float[][] logits = batch.forward(new int[] {second, first}, new int[][] {shortIds, {1}});

      assertSame(logits[0], uncached(shortIds));
      assertSame(logits[1], uncached(append(longIds, 1)));
      assertSame(forward(batch, second, 3), uncached(append(shortIds, 3)));
    }
  }
}
