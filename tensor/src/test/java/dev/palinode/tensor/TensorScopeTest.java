package dev.palinode.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.testkit.ResidentMemory;
import org.junit.jupiter.api.Test;

class TensorScopeTest {
  @Test
  void closedScope_freesItsTensors_andUsingOneIsAnErrorNotACrash() {
    Tensor inner;
    try (TensorScope scope = TensorScope.open()) {
      inner = Tensors.zeros(DType.F32, 3);
    }

    assertThatThrownBy(inner::sum).isInstanceOf(NullPointerException.class);
  }

  @Test
  void retainedTensor_outlivesEveryScope_untilItIsClosed() {
    Tensor kept;
    try (TensorScope outer = TensorScope.open();
        TensorScope inner = TensorScope.open()) {
      kept = Tensors.full(2, DType.F32, 3).retain();
    }

    try (TensorScope scope = TensorScope.open()) {
      assertThat(kept.sum().item()).isEqualTo(6);
    }
    kept.close();
    assertThatThrownBy(kept::sum).isInstanceOf(NullPointerException.class);
  }

  @Test
  void gradients_areAddedUp_andCanBeSwitchedOff() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor x = Tensors.of(new float[] {1, 2}, 2).requiresGradient(true);
      x.times(x).sum().backward();
      x.times(x).sum().backward();
      assertThat(x.gradient().toFloats()).containsExactly(4, 8);

      x.clearGradient();
      assertThat(x.gradient()).isNull();
      try (TensorScope frozen = TensorScope.withoutGradients()) {
        assertThat(x.times(x).requiresGradient()).isFalse();
      }
      assertThat(x.times(x).requiresGradient()).isTrue();
    }
  }

  @Test
  void thousandScopes_takeNoMemory() {
    allocate(100);
    long before = ResidentMemory.bytes();
    allocate(1000); // 4 MB each
    assertThat(ResidentMemory.bytes() - before).isLessThan(32L << 20);
  }

  private static void allocate(int times) {
    for (int i = 0; i < times; i++) {
      try (TensorScope scope = TensorScope.open()) {
        Tensors.full(i, DType.F32, 1 << 20).times(2);
      }
    }
  }

  @Test
  void sameSeed_givesTheSameNumbers() {
    try (TensorScope scope = TensorScope.open()) {
      float[] first = Tensors.normal(0, 1, new RandomStream(3), 10).toFloats();

      assertThat(Tensors.normal(0, 1, new RandomStream(3), 10).toFloats()).isEqualTo(first);
      assertThat(Tensors.normal(0, 1, new RandomStream(4), 10).toFloats()).isNotEqualTo(first);
    }
  }
}
