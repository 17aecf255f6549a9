package dev.palinode.model.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.model.config.ModelConfig;
import dev.palinode.model.config.TinyModels;
import dev.palinode.model.lora.LoraAdapter;
import dev.palinode.model.lora.LoraSettings;
import dev.palinode.tensor.Functional;
import dev.palinode.tensor.Libtorch;
import dev.palinode.tensor.RandomStream;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import dev.palinode.testkit.ResidentMemory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RecomputedBlocksTest {
  @ParameterizedTest
  @EnumSource(TinyModels.class)
  void gradients_areTheSameToTheLastBit(TinyModels model) {
    try (Transformer network = model.random(3)) {
      network.setTrainable(true);
      Map<String, float[]> expected = gradients(network, network.parameters());
      network.gradientCheckpointing(true);
      assertEqual(gradients(network, network.parameters()), expected);
    }
  }

  @ParameterizedTest
  @EnumSource(TinyModels.class)
  void gradientsOfAnAdapter_areTheSameToTheLastBit(TinyModels model) {
    LoraSettings settings =
        new LoraSettings(3, 6, false, List.of("o_proj", "down_proj"), Map.of(), 0);
    try (Transformer network = model.random(4);
        LoraAdapter adapter = LoraAdapter.create(network, settings, 1)) {
      RandomStream random = new RandomStream(2);
      adapter
          .parameters()
          .values()
          .forEach(weight -> weight.copyInPlace(Tensors.normal(0, 1, random, weight.shape())));
      network.useAdapters(List.of(adapter));
      adapter.setTrainable(true);
      Map<String, float[]> expected = gradients(network, adapter.parameters());
      network.gradientCheckpointing(true);
      assertEqual(gradients(network, adapter.parameters()), expected);
    }
  }

  /** Of a batch with two suffixes and one with a single sequence. */
  private static Map<String, float[]> gradients(
      Transformer network, Map<String, Tensor> parameters) {
    Random random = new Random(1);
    int vocabulary = network.config().vocabSize();
    int[] prefix = random.ints(7, 0, vocabulary).toArray();
    int[] suffix = random.ints(12, 0, vocabulary).toArray();
    SharedPrefixBatch joined = new SharedPrefixBatch(prefix, List.of(suffix, prefix));
    for (List<SharedPrefixBatch> trees :
        List.of(List.of(joined), List.of(SharedPrefixBatch.joining(List.of(suffix))))) {
      try (TensorScope scope = TensorScope.open()) {
        Tensor hidden = network.hiddenStates(trees).flat();
        long[] targets = random.longs(hidden.size(0), 0, vocabulary).toArray();
        Functional.crossEntropySum(network.logits(hidden), Tensors.of(targets, targets.length))
            .backward();
      }
    }
    Map<String, float[]> gradients = new LinkedHashMap<>();
    parameters.forEach(
        (name, weight) -> {
          gradients.put(name, weight.gradient().toFloats());
          weight.clearGradient();
        });
    return gradients;
  }

  private static void assertEqual(Map<String, float[]> actual, Map<String, float[]> expected) {
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    expected.forEach((name, values) -> assertThat(actual.get(name)).as(name).isEqualTo(values));
  }

  @Test
  void longSequence_takesAFractionOfTheMemory() {
    ModelConfig config = ModelConfig.llama(50, 128, 512, 8, 4, 4, 1024);
    try (Transformer network = Transformer.initialise(config, 1)) {
      network.setTrainable(true);
      long kept = memoryOfForwardPass(network);
      network.gradientCheckpointing(true);
      long recomputed = memoryOfForwardPass(network);

      System.out.printf(
          "activations of 8 blocks, 2048 tokens: %d MiB, recomputed %d MiB%n",
          kept >> 20, recomputed >> 20);
      assertThat(recomputed).isLessThan(kept / 4);
    }
  }

  private static long memoryOfForwardPass(Transformer network) {
    try (TensorScope scope = TensorScope.open()) {
      Libtorch.trimMemory();
      long before = ResidentMemory.bytes();
      Tensor states = network.hiddenStates(Tensors.of(new long[2 * 1024], 2, 1024));
      Libtorch.trimMemory();
      long growth = ResidentMemory.bytes() - before;
      states.sum().backward();
      return growth;
    }
  }
}
