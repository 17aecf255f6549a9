package dev.palinode.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.model.checkpoint.LoadOptions;
import dev.palinode.model.config.TinyModels;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.Device;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What rounding the weights may do to the logits, for every variation of the network. */
class WeightTypeTest {
  private static final int TOKENS = 90;

  /** Root of the mean squared difference of the logits, relative to their own. */
  private static double difference(TinyModels model, WeightType type) {
    long[] ids = new Random(3).longs(TOKENS, 0, model.config.vocabSize()).toArray();
    try (TensorScope scope = TensorScope.open();
        // Fresh: the large weights of a random one would blow rounding up.
        Transformer exact = Transformer.initialise(model.config, 5);
        Transformer rounded = exact.forInference(type)) {
      Tensor input = Tensors.of(ids, 1, TOKENS);
      Tensor expected = exact.logits(exact.hiddenStates(input));
      Tensor logits = rounded.logits(rounded.hiddenStates(input));
      assertThat(logits.dtype()).isEqualTo(type.computeType(Device.CPU));
      return logits.to(DType.F32).minus(expected).norm().item() / expected.norm().item();
    }
  }

  @ParameterizedTest
  @EnumSource
  void f32_isExact(TinyModels model) {
    assertThat(difference(model, WeightType.F32)).isLessThan(1e-5);
  }

  @ParameterizedTest
  @EnumSource
  void bf16_differsByItsRounding(TinyModels model) {
    assertThat(difference(model, WeightType.BF16)).isBetween(1e-4, 0.04);
  }

  @ParameterizedTest
  @EnumSource
  void int8_differsByItsRounding(TinyModels model) {
    assertThat(difference(model, WeightType.INT8)).isBetween(1e-4, 0.06);
  }

  @Test
  void f16_computesToo() {
    assertThat(difference(TinyModels.LLAMA, WeightType.F16)).isLessThan(0.01);
  }

  @ParameterizedTest
  @CsvSource({"F32, F32", "BF16, BF16", "F16, F32"})
  void auto_isTheCheckpointsType_whereTheProcessorComputesWithIt(DType onDisk, WeightType chosen) {
    assertThat(LoadOptions.DEFAULT.weightsFor(onDisk)).isEqualTo(chosen);
    assertThat(LoadOptions.DEFAULT.withWeights(WeightType.INT8).weightsFor(onDisk))
        .isEqualTo(WeightType.INT8);
  }

  @Test
  void names_areChecked() {
    assertThat(LoadOptions.weights("auto")).isEmpty();
    assertThat(LoadOptions.weights("int8")).hasValue(WeightType.INT8);
    assertThatThrownBy(() -> LoadOptions.weights("int4"))
        .hasMessage("weights is \"int4\": expected auto, f32, bf16, f16 or int8");
  }
}
