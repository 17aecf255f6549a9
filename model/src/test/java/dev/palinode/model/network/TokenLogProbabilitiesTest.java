package dev.palinode.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.palinode.model.config.ModelConfig;
import dev.palinode.model.config.TinyModels;
import dev.palinode.model.lora.LoraAdapter;
import dev.palinode.model.lora.LoraSettings;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.Functional;
import dev.palinode.tensor.Libtorch;
import dev.palinode.tensor.RandomStream;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import dev.palinode.testkit.ResidentMemory;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TokenLogProbabilitiesTest {
  private static final int POSITIONS = 11;
  private static final long ALL = 1 << 20;

  /** A piece of three positions of fifty tokens each. */
  private static final long THREE_ROWS = 3 * 50 * 4 + 10;

  private static Tensor states(int n, int width) {
    return Tensors.normal(0, 1, new RandomStream(2), n, width).requiresGradient(true);
  }

  private static Tensor targets(int n, int vocabulary) {
    return Tensors.of(new Random(n).longs(n, 0, vocabulary).toArray(), n);
  }

  @ParameterizedTest
  @EnumSource(
      value = TinyModels.class,
      names = {"LLAMA", "QWEN2", "GEMMA2"})
  void inPieces_valuesAndGradientsAreThoseOfTheWholeLogits(TinyModels model) {
    try (Transformer network = model.random(1);
        TensorScope scope = TensorScope.open()) {
      network.setTrainable(true);
      Tensor hidden = states(POSITIONS, 32);
      Tensor targets = targets(POSITIONS, 50);
      Functional.crossEntropySum(network.logits(hidden), targets).negate().backward();
      float[] ofHidden = hidden.gradient().toFloats();
      float[] ofHead = headGradient(network);
      float[] expected = TokenLogProbabilities.of(network, hidden, targets, ALL).toFloats();

      for (long bytes : new long[] {ALL, THREE_ROWS, 1}) {
        hidden.clearGradient();
        Tensor logP = TokenLogProbabilities.of(network, hidden, targets, bytes);
        assertThat(logP.shape()).containsExactly(POSITIONS);
        assertThat(logP.toFloats()).containsExactly(expected, within(1e-5f));
        logP.sum().backward();
        assertThat(hidden.gradient().toFloats()).containsExactly(ofHidden, within(1e-4f));
        assertThat(headGradient(network)).containsExactly(ofHead, within(1e-4f));
      }
    }
  }

  private static float[] headGradient(Transformer network) {
    Tensor head =
        network
            .parameters()
            .get(
                network.config().tiedEmbeddings() ? "model.embed_tokens.weight" : "lm_head.weight");
    float[] gradient = head.gradient().toFloats();
    head.clearGradient();
    return gradient;
  }

  @Test
  void sum_isTheCrossEntropy() {
    try (Transformer network = TinyModels.GEMMA2.random(2);
        TensorScope scope = TensorScope.open()) {
      Tensor hidden = states(POSITIONS, 32);
      Tensor targets = targets(POSITIONS, 50);
      double expected = -Functional.crossEntropySum(network.logits(hidden), targets).item();
      assertThat(TokenLogProbabilities.of(network, hidden, targets).sum().item())
          .isCloseTo(expected, within(1e-4));
    }
  }

  @Test
  void adaptersThatWereOn_countInTheBackwardPass_whateverIsOnByThen() {
    LoraSettings settings =
        new LoraSettings(2, 2, false, List.of("q_proj"), Map.of("embed_tokens", List.of(7)), 0);
    try (Transformer network =
            Transformer.initialise(ModelConfig.llama(50, 32, 48, 1, 4, 4, 64), 1);
        LoraAdapter adapter = LoraAdapter.create(network, settings, 1);
        TensorScope scope = TensorScope.open()) {
      network.useAdapters(List.of(adapter));
      adapter.setTrainable(true);
      Tensor rows =
          adapter.parameters().get("model.embed_tokens.token_adapter.trainable_tokens_delta");
      Tensor hidden = states(POSITIONS, 32);
      Tensor targets = targets(POSITIONS, 50);
      Functional.crossEntropySum(network.logits(hidden), targets).negate().backward();
      float[] expected = rows.gradient().toFloats();
      rows.clearGradient();

      Tensor logP = TokenLogProbabilities.of(network, hidden, targets, THREE_ROWS);
      network.useAdapters(List.of());
      logP.sum().backward();

      assertThat(rows.gradient().toFloats()).containsExactly(expected, within(1e-4f));
    }
  }

  @Test
  void logitsOfLessPrecision_areSummedUpInF32() {
    try (Transformer exact = TinyModels.QWEN3.random(3);
        Transformer network = exact.forInference(WeightType.BF16);
        TensorScope scope = TensorScope.withoutGradients()) {
      Tensor hidden = states(POSITIONS, 32).to(DType.BF16);
      Tensor targets = targets(POSITIONS, 50);
      Tensor logP = TokenLogProbabilities.of(network, hidden, targets, THREE_ROWS);
      assertThat(logP.dtype()).isEqualTo(DType.F32);
      assertThat(logP.toFloats())
          .isEqualTo(
              Functional.logProbabilities(network.logits(hidden).to(DType.F32), targets)
                  .toFloats());
    }
  }

  @Test
  void neverMoreThanAPieceOfLogitsExists() {
    int vocabulary = 20_000;
    ModelConfig config = ModelConfig.llama(vocabulary, 16, 16, 1, 1, 1, 16);
    try (Transformer network = Transformer.initialise(config, 1)) {
      long whole = memory(network, 1L << 40);
      long pieces = memory(network, 8L << 20);
      System.out.printf(
          "logits of 2000 positions, 20000 tokens (152 MiB): %d MiB after the forward pass, in"
              + " pieces %d MiB%n",
          whole >> 20, pieces >> 20);
      assertThat(pieces).isLessThan(16L << 20);
      assertThat(whole).isGreaterThan(140L << 20);
    }
  }

  private static long memory(Transformer network, long pieceBytes) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor hidden = states(2000, 16);
      Tensor targets = targets(2000, 20_000);
      Libtorch.trimMemory();
      long before = ResidentMemory.bytes();
      Tensor loss = TokenLogProbabilities.of(network, hidden, targets, pieceBytes).sum();
      Libtorch.trimMemory();
      long growth = ResidentMemory.bytes() - before;
      loss.backward();
      return growth;
    }
  }
}
