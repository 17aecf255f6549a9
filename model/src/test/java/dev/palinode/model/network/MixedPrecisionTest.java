package dev.palinode.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.palinode.model.checkpoint.Checkpoint;
import dev.palinode.model.config.TinyModels;
import dev.palinode.model.lora.LoraAdapter;
import dev.palinode.model.lora.LoraSettings;
import dev.palinode.tensor.Autocast;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.Device;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import dev.palinode.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Training with products in BF16: losses and gradients are close to those in F32. */
class MixedPrecisionTest {
  static Stream<Path> models() throws IOException {
    try (Stream<Path> all = Files.list(Fixtures.fixture("models"))) {
      return all.sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void ofFixtures_isCloseToF32(Path folder) throws IOException {
    try (Transformer network = Checkpoint.open(folder).load()) {
      network.setTrainable(true);
      assertClose(network, network.parameters());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = TinyModels.class,
      names = {"LLAMA", "GEMMA2", "PHI3"})
  void withAnAdapter_isCloseToF32(TinyModels model) {
    LoraSettings settings =
        new LoraSettings(3, 6, false, List.of("o_proj"), Map.of("embed_tokens", List.of(3)), 0);
    try (Transformer network = Transformer.initialise(model.config, 1);
        LoraAdapter adapter = LoraAdapter.create(network, settings, 1)) {
      network.useAdapters(List.of(adapter));
      adapter.setTrainable(true);
      assertClose(network, adapter.parameters());
    }
  }

  private static void assertClose(Transformer network, Map<String, Tensor> parameters) {
    double exact = loss(network);
    Map<String, float[]> expected = takeGradients(parameters);
    List<Map<String, float[]>> runs = new ArrayList<>();
    for (boolean recompute : new boolean[] {false, true}) {
      network.gradientCheckpointing(recompute);
      double loss;
      try (Autocast bf16 = Autocast.open(Device.CPU, DType.BF16)) {
        loss = loss(network);
      }
      assertThat(loss).isCloseTo(exact, within(0.01 * exact)).isNotEqualTo(exact);
      runs.add(takeGradients(parameters));
    }
    // the error of a small gradient is that of the larger terms that cancel in it
    double all = Math.sqrt(expected.values().stream().mapToDouble(it -> norm(it) * norm(it)).sum());
    expected.forEach(
        (name, gradient) -> {
          float[] rounded = runs.get(0).get(name);
          assertThat(distance(rounded, gradient))
              .as(name)
              .isLessThan(0.1 * norm(gradient) + 0.01 * all);
          assertThat(runs.get(1).get(name)).as(name).isEqualTo(rounded);
        });
  }

  private static double loss(Transformer network) {
    int vocabulary = network.config().vocabSize();
    long[] ids = new Random(1).longs(2 * 24, 0, vocabulary).toArray();
    try (TensorScope scope = TensorScope.open()) {
      Tensor hidden = network.hiddenStates(Tensors.of(ids, 2, 24));
      assertThat(hidden.dtype()).isEqualTo(DType.F32);
      Tensor logP =
          TokenLogProbabilities.of(
              network, hidden.reshape(48, hidden.size(2)), Tensors.of(ids, 48));
      assertThat(logP.dtype()).isEqualTo(DType.F32);
      Tensor loss = logP.mean(0).negate();
      loss.backward();
      return loss.item();
    }
  }

  private static Map<String, float[]> takeGradients(Map<String, Tensor> parameters) {
    Map<String, float[]> gradients = new LinkedHashMap<>();
    parameters.forEach(
        (name, weight) -> {
          assertThat(weight.gradient().dtype()).as(name).isEqualTo(DType.F32);
          gradients.put(name, weight.gradient().toFloats());
          weight.clearGradient();
        });
    return gradients;
  }

  private static double distance(float[] first, float[] second) {
    double sum = 0;
    for (int i = 0; i < first.length; i++) {
      sum += Math.pow(first[i] - second[i], 2);
    }
    return Math.sqrt(sum);
  }

  private static double norm(float[] values) {
    return distance(values, new float[values.length]);
  }
}
