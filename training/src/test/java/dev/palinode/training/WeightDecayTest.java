package dev.palinode.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.tensor.DType;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import dev.palinode.tensor.autograd.AdamW;
import java.util.List;
import org.junit.jupiter.api.Test;

class WeightDecayTest {
  @Test
  void vectorsDecay_onlyWhereAsked() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor matrix = Tensors.zeros(DType.F32, 2, 2);
      Tensor norm = Tensors.zeros(DType.F32, 2);

      List<AdamW.Group> usual = new WeightDecay(0.1, false).groups(List.of(matrix, norm));
      assertThat(usual.get(0)).isEqualTo(new AdamW.Group(List.of(matrix), 0.1));
      assertThat(usual.get(1)).isEqualTo(new AdamW.Group(List.of(norm), 0));
      List<AdamW.Group> all = new WeightDecay(0.1, true).groups(List.of(matrix, norm));
      assertThat(all.get(0)).isEqualTo(new AdamW.Group(List.of(matrix, norm), 0.1));
    }
  }

  @Test
  void negativeRate_isRefused() {
    assertThatThrownBy(() -> new WeightDecay(-1, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("weight decay is -1.0");
  }
}
