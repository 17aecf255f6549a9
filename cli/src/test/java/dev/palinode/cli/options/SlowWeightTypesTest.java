package dev.palinode.cli.options;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.model.network.WeightType;
import org.junit.jupiter.api.Test;

class SlowWeightTypesTest {
  @Test
  void eightBits_areSlowInBatches_whereBf16IsFast() {
    assertThat(SlowWeightTypes.of(WeightType.INT8, 8, true).orElseThrow())
        .startsWith("int8 decodes 8");
    assertThat(SlowWeightTypes.of(WeightType.INT8, 7, true)).isEmpty();
    assertThat(SlowWeightTypes.of(WeightType.INT8, 32, false)).isEmpty();
  }

  @Test
  void bf16_isSlow_whereItHasNoInstructions() {
    assertThat(SlowWeightTypes.of(WeightType.BF16, 1, false).orElseThrow())
        .startsWith("bf16 reads");
    assertThat(SlowWeightTypes.of(WeightType.BF16, 32, true)).isEmpty();
    assertThat(SlowWeightTypes.of(WeightType.F32, 32, false)).isEmpty();
  }
}
