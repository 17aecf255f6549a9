package dev.palinode.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SplitTest {
  @Test
  void retainedPieces_outliveTheScope() {
    List<Tensor> kept = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      try (TensorScope scope = TensorScope.open()) {
        List<Tensor> pieces = Tensors.of(new float[] {i, 1, 2, 3}, 4).split(1, 0);
        kept.add(pieces.get(0).retain());
      }
    }

    for (int i = 0; i < 50; i++) {
      assertThat(kept.get(i).toFloats()).containsExactly(i);
      kept.get(i).close();
    }
  }
}
