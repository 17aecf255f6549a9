package dev.palinode.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.palinode.model.config.ModelConfig;
import dev.palinode.tensor.Autocast;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.Device;
import dev.palinode.tensor.RandomStream;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What the ways to save memory and time in training cost and bring, for docs/performance.md, and
 * that none of them changes a loss or its gradient.
 */
@Tag("slow")
class TrainingCostTest {
  private static final int VOCAB = 32_000;
  private static final int HIDDEN = 768;
  private static final int ROUNDS = 5;

  private final Transformer model =
      Transformer.initialise(ModelConfig.llama(VOCAB, HIDDEN, 2048, 4, 12, 12, 1024), 1);

  @AfterEach
  void close() {
    model.close();
  }

  @Test
  void steps_inF32AndBf16_keptAndRecomputed() {
    model.setTrainable(true);
    Tensor ids = randomIds(512).retain();
    List<Step> f32 = new ArrayList<>();
    List<Step> bf16 = new ArrayList<>();
    for (boolean recompute : new boolean[] {false, true}) {
      model.gradientCheckpointing(recompute);
      String blocks = recompute ? "recomputed" : "kept";
      f32.add(
          measured(
              "step of 2 x 256 tokens, f32, blocks " + blocks,
              () -> step(ids, Autocast.off(Device.CPU))));
      bf16.add(
          measured(
              "step of 2 x 256 tokens, bf16, blocks " + blocks,
              () -> step(ids, Autocast.open(Device.CPU, DType.BF16))));
    }
    ids.close();
    assertSame(f32.get(1), f32.get(0), 1e-5);
    assertSame(bf16.get(1), bf16.get(0), 1e-5);
    assertSame(bf16.get(0), f32.get(0), 2e-2);
  }

  private Tensor step(Tensor ids, Autocast types) {
    try (types) {
      Tensor hidden = model.hiddenStates(ids.reshape(2, 256));
      return TokenLogProbabilities.of(model, hidden.reshape(512, HIDDEN), ids).sum();
    }
  }

  @Test
  void pairs_apartAndInOneRow() {
    model.setTrainable(true);
    for (int[] lengths : new int[][] {{128, 128}, {256, 64}, {512, 128}}) {
      Random random = new Random(1);
      int[] prompt = random.ints(lengths[0], 0, VOCAB).toArray();
      int[] answer = random.ints(lengths[1], 0, VOCAB).toArray();
      String what =
          String.format(
              Locale.ROOT, "a prompt of %d with two answers of %d", lengths[0], lengths[1]);
      int[] whole = Arrays.copyOf(prompt, prompt.length + answer.length);
      System.arraycopy(answer, 0, whole, prompt.length, answer.length);
      List<SharedPrefixBatch> apart =
          List.of(
              SharedPrefixBatch.joining(List.of(whole)), SharedPrefixBatch.joining(List.of(whole)));
      List<SharedPrefixBatch> together =
          List.of(new SharedPrefixBatch(prompt, List.of(answer, answer)));
      int end = whole.length - 1;
      Step twoRows =
          measured(
              what + ", apart",
              () -> {
                SharedPrefixStates states = model.hiddenStates(apart);
                return squares(states, states.place(0, 0, end), states.place(1, 0, end));
              });
      Step oneRow =
          measured(
              what + ", in one row",
              () -> {
                SharedPrefixStates states = model.hiddenStates(together);
                return squares(states, states.place(0, 0, end), states.place(0, 1, end));
              });
      assertSame(oneRow, twoRows, 1e-4);
    }
  }

  private static Tensor squares(SharedPrefixStates states, long... places) {
    return states.flat().indexSelect(0, Tensors.of(places, places.length)).square().sum();
  }

  @Test
  void head_wholeAndInPieces() {
    model.setTrainable(true);
    Tensor hidden = Tensors.normal(0, 1, new RandomStream(1), 512, HIDDEN).retain();
    Tensor targets = randomIds(512).retain();
    List<Step> steps = new ArrayList<>();
    for (long mebibytes : new long[] {64, 32, 16, 8}) {
      steps.add(
          measured(
              String.format(
                  Locale.ROOT,
                  "head of 512 positions (62 MiB of logits), at most %d MiB at once",
                  mebibytes),
              () -> TokenLogProbabilities.of(model, hidden, targets, mebibytes << 20).sum()));
    }
    hidden.close();
    targets.close();
    steps.forEach(step -> assertSame(step, steps.get(0), 1e-5));
  }

  private static Tensor randomIds(int count) {
    return Tensors.of(new Random(1).longs(count, 0, VOCAB).toArray(), count);
  }

  private record Step(double loss, double gradient) {}

  private static void assertSame(Step actual, Step expected, double tolerance) {
    assertThat(actual.loss).isCloseTo(expected.loss, withinPercentage(100 * tolerance));
    assertThat(actual.gradient).isCloseTo(expected.gradient, withinPercentage(1000 * tolerance));
  }

  /** Prints the median time of a step; its loss, and the square of its gradient's norm. */
  private Step measured(String what, Supplier<Tensor> loss) {
    double[] milliseconds = new double[ROUNDS];
    Step step = new Step(0, 0);
    for (int round = -1; round < ROUNDS; round++) { // the first one warms up
      long start = System.nanoTime();
      try (TensorScope scope = TensorScope.open()) {
        Tensor value = loss.get();
        value.backward();
        milliseconds[Math.max(0, round)] = (System.nanoTime() - start) / 1e6;
        step = new Step(value.item(), squaredNorm());
      }
      model.parameters().values().forEach(Tensor::clearGradient);
    }
    Arrays.sort(milliseconds);
    System.out.printf("%s: %.0f ms%n", what, milliseconds[ROUNDS / 2]);
    return step;
  }

  private double squaredNorm() {
    return model.parameters().values().stream()
        .map(Tensor::gradient)
        .filter(Objects::nonNull)
        .mapToDouble(gradient -> gradient.square().sum().item())
        .sum();
  }
}
