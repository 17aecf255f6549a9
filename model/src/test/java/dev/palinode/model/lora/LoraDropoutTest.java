package dev.palinode.model.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.palinode.io.JsonFiles;
import dev.palinode.model.config.ModelConfig;
import dev.palinode.model.network.Transformer;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.Functional;
import dev.palinode.tensor.RandomStream;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoraDropoutTest {
  private static final String LAYER = "model.layers.0.self_attn.q_proj";
  private static final LoraSettings SETTINGS =
      new LoraSettings(4, 8, false, List.of("q_proj", "o_proj"), Map.of(), 0.25);

  @TempDir Path folder;

  private Transformer model;
  private LoraAdapter adapter;

  @BeforeEach
  void create() {
    model = Transformer.initialise(ModelConfig.llama(20, 16, 24, 2, 4, 2, 32), 1);
    adapter = LoraAdapter.create(model, SETTINGS, 1);
    RandomStream random = new RandomStream(2);
    try (TensorScope scope = TensorScope.open()) {
      for (Tensor weight : adapter.parameters().values()) {
        weight.copyInPlace(Tensors.normal(0, 0.5, random, weight.shape()));
      }
    }
    model.useAdapters(List.of(adapter));
  }

  @AfterEach
  void close() {
    adapter.close();
    model.close();
  }

  private float[] delta(String layer) {
    try (TensorScope scope = TensorScope.withoutGradients()) {
      return adapter.delta(layer, Tensors.full(1, DType.F32, 3, 16)).toFloats();
    }
  }

  @Test
  void isOffAtFirst_andCanBeSwitchedOffAgain() {
    float[] plain = delta(LAYER);
    assertThat(delta(LAYER)).isEqualTo(plain);
    adapter.startPass(1);
    assertThat(delta(LAYER)).isNotEqualTo(plain);
    adapter.stopDropout();
    assertThat(delta(LAYER)).isEqualTo(plain);
  }

  @Test
  void whatIsLeftOut_hangsOnSeedAndLayerAlone() {
    adapter.startPass(1);
    float[] first = delta(LAYER);
    assertThat(delta(LAYER)).isEqualTo(first);
    adapter.startPass(2);
    assertThat(delta(LAYER)).isNotEqualTo(first);
    adapter.startPass(1);
    assertThat(delta(LAYER)).isEqualTo(first);

    try (TensorScope scope = TensorScope.open()) {
      Tensor ones = Tensors.full(1, DType.F32, 1000);
      LoraDropout dropout = new LoraDropout(1, 0.25);
      Tensor here = dropout.apply(LAYER, ones);
      Tensor there = dropout.apply("model.layers.1.self_attn.q_proj", ones);
      // Independent: both kept with probability 0.75^2.
      assertThat(here.times(there).mean(0).item()).isCloseTo(0.5625, within(0.06));
    }
  }

  @Test
  void onAverage_theUpdateIsTheSame() {
    float[] plain = delta(LAYER);
    double[] mean = new double[plain.length];
    int passes = 4000;
    for (int pass = 0; pass < passes; pass++) {
      adapter.startPass(pass);
      float[] values = delta(LAYER);
      for (int i = 0; i < values.length; i++) {
        mean[i] += (double) values[i] / passes;
      }
    }
    for (int i = 0; i < plain.length; i++) {
      assertThat(mean[i]).isCloseTo(plain[i], within(0.3)); // four deviations of the mean
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void recomputedBlocks_leaveOutTheSame_evenIfTheNextPassHasBegun(boolean nextBegins) {
    adapter.setTrainable(true);
    adapter.startPass(5);
    List<float[]> expected = gradients(false);
    model.gradientCheckpointing(true);
    adapter.startPass(5);
    assertThat(gradients(nextBegins)).usingRecursiveComparison().isEqualTo(expected);
  }

  private List<float[]> gradients(boolean nextBegins) {
    try (TensorScope scope = TensorScope.open()) {
      long[] ids = {1, 5, 19, 7, 19, 2};
      Tensor hidden = model.hiddenStates(Tensors.of(ids, 1, ids.length)).reshape(6, 16);
      Tensor loss = Functional.crossEntropySum(model.logits(hidden), Tensors.of(ids, 6));
      if (nextBegins) {
        adapter.startPass(6);
      }
      loss.backward();
    }
    List<float[]> gradients = new ArrayList<>();
    for (Tensor weight : adapter.parameters().values()) {
      gradients.add(weight.gradient().toFloats());
      weight.clearGradient();
    }
    return gradients;
  }

  @Test
  void rate_isSavedAndReadAsPeftWritesIt() throws IOException {
    PeftFolder.save(adapter, "base", folder);
    assertThat(
            JsonFiles.readObject(folder.resolve("adapter_config.json"))
                .path("lora_dropout")
                .doubleValue())
        .isEqualTo(0.25);
    assertThat(PeftFolder.open(folder).settings()).isEqualTo(SETTINGS);
  }

  @Test
  void withoutDropout_aPassLeavesNothingOut() {
    LoraSettings none = new LoraSettings(4, 8, false, List.of("q_proj"), Map.of(), 0);
    try (LoraAdapter other = LoraAdapter.create(model, none, 1);
        TensorScope scope = TensorScope.open()) {
      Tensor x = Tensors.full(1, DType.F32, 3, 16);
      float[] plain = other.delta(LAYER, x).toFloats();
      other.startPass(1);
      assertThat(other.delta(LAYER, x).toFloats()).isEqualTo(plain);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1, Double.NaN})
  void rateOutOfRange_isRefused(double rate) {
    assertThatThrownBy(() -> new LoraSettings(4, 8, false, List.of(), Map.of(), rate))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("lora_dropout is " + rate);
  }
}
