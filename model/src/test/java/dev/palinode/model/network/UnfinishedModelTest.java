package dev.palinode.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.model.config.ModelConfig;
import dev.palinode.model.config.TinyModels;
import dev.palinode.tensor.Device;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;

/** A network whose last weight cannot be had leaves nothing in memory. */
class UnfinishedModelTest {
  private static final ModelConfig CONFIG = TinyModels.LLAMA.config;

  @Test
  void forInference_leavesNothing() {
    try (TensorScope scope = TensorScope.open();
        Transformer whole = Transformer.initialise(CONFIG, 1)) {
      Map<String, Tensor> weights = whole.parameters();
      failInference(weights); // what is loaded once
      long before = Pointer.totalCount();
      failInference(weights);
      assertThat(Pointer.totalCount()).isEqualTo(before);
    }
  }

  private static void failInference(Map<String, Tensor> weights) {
    assertThatThrownBy(
            () ->
                new Transformer(
                    CONFIG,
                    name -> {
                      if (name.equals("model.norm.weight")) {
                        throw new IllegalStateException("no more memory");
                      }
                      return weights.get(name);
                    },
                    WeightType.F32,
                    Device.CPU))
        .hasMessage("no more memory");
  }

  @Test
  void forTraining_leavesNothing() {
    failTraining(); // what is loaded once
    long before = Pointer.totalCount();
    failTraining();
    // A random generator may wait for the garbage collector; the 29 weights may not.
    assertThat(Pointer.totalCount()).isLessThan(before + 5);
  }

  private static void failTraining() {
    try (TensorScope scope = TensorScope.open();
        Transformer whole = Transformer.initialise(CONFIG, 1)) {
      Map<String, Tensor> weights = new TreeMap<>(whole.parameters());
      weights.remove("model.norm.weight");
      assertThatThrownBy(() -> new Transformer(CONFIG, weights)).hasMessageContaining("missing");
      assertThat(whole.parameters().get("model.embed_tokens.weight").shape()).hasSize(2);
    }
  }
}
