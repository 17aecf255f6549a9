package dev.palinode.model;

import dev.palinode.tensor.Autocast;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.Device;
import dev.palinode.tensor.RandomStream;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the ways to save memory and time in training cost and bring, for docs/performance.md. */
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
    for (boolean recompute : new boolean[] {false, true}) {
      model.recomputeBlocks(recompute);
      for (boolean bf16 : new boolean[] {false, true}) {
        print(
            "step of 2 x 256 tokens, %s, blocks %s"
                .formatted(bf16 ? "bf16" : "f32", recompute ? "recomputed" : "kept"),
            () -> {
              try (Autocast types =
                  bf16 ? Autocast.open(Device.CPU, DType.BF16) : Autocast.off(Device.CPU)) {
                Tensor hidden = model.hiddenStates(ids.reshape(2, 256));
                return TokenLogProbabilities.of(model, hidden.reshape(512, HIDDEN), ids).sum();
              }
            });
      }
    }
    ids.close();
  }

  @Test
  void pairs_apartAndInOneRow() {
    model.setTrainable(true);
    for (int[] lengths : new int[][] {{128, 128}, {256, 64}, {512, 128}}) {
      int[] prompt = new int[lengths[0]];
      int[] answer = new int[lengths[1]];
      String what =
          String.format(
              Locale.ROOT, "a prompt of %d with two answers of %d", lengths[0], lengths[1]);
      int[] whole = Arrays.copyOf(prompt, prompt.length + answer.length);
      List<TokenTree> apart = List.of(TokenTree.of(whole), TokenTree.of(whole));
      List<TokenTree> together = List.of(new TokenTree(prompt, List.of(answer, answer)));
      print(what + ", apart", () -> model.hiddenStates(apart).hidden().sum());
      print(what + ", in one row", () -> model.hiddenStates(together).hidden().sum());
    }
  }

  @Test
  void head_wholeAndInPieces() {
    model.setTrainable(true);
    Tensor hidden = Tensors.normal(0, 1, new RandomStream(1), 512, HIDDEN).retain();
    Tensor targets = randomIds(512).retain();
    for (long mebibytes : new long[] {64, 32, 16, 8}) {
      print(
          String.format(
              Locale.ROOT,
              "head of 512 positions (62 MiB of logits), at most %d MiB at once",
              mebibytes),
          () -> TokenLogProbabilities.of(model, hidden, targets, mebibytes << 20).sum());
    }
    hidden.close();
    targets.close();
  }

  private static Tensor randomIds(int count) {
    return Tensors.of(new Random(1).longs(count, 0, VOCAB).toArray(), count);
  }

  private void print(String what, Supplier<Tensor> loss) {
    double[] milliseconds = new double[ROUNDS];
    for (int round = -1; round < ROUNDS; round++) { // the first one warms up
      long start = System.nanoTime();
      try (TensorScope scope = TensorScope.open()) {
        loss.get().backward();
      }
      milliseconds[Math.max(0, round)] = (System.nanoTime() - start) / 1e6;
      model.parameters().values().forEach(Tensor::clearGradient);
    }
    Arrays.sort(milliseconds);
    System.out.printf("%s: %.0f ms%n", what, milliseconds[ROUNDS / 2]);
  }
}
