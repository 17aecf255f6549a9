package dev.palinode.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.palinode.tensor.autograd.GradientCheckpointing;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AutocastTest {
  private final TensorScope scope = TensorScope.open();
  private final Tensor x = Tensors.normal(0, 1, new RandomStream(1), 3, 8);
  private final Tensor weight =
      Tensors.normal(0, 1, new RandomStream(2), 4, 8).requiresGradient(true);

  @AfterEach
  void close() {
    scope.close();
    assertThat(Autocast.isOn(Device.CPU)).isFalse();
  }

  private DType productType() {
    return Functional.linear(x, weight).dtype();
  }

  @Test
  void products_areOfTheType_untilItIsClosed_alsoNested() {
    try (Autocast outer = Autocast.open(Device.CPU, DType.BF16)) {
      assertThat(productType()).isEqualTo(DType.BF16);
      try (Autocast inner = Autocast.open(Device.CPU, DType.F16)) {
        assertThat(productType()).isEqualTo(DType.F16);
        try (Autocast off = Autocast.off(Device.CPU)) {
          assertThat(productType()).isEqualTo(DType.F32);
        }
        assertThat(productType()).isEqualTo(DType.F16);
      }
      assertThat(productType()).isEqualTo(DType.BF16);
    }
    assertThat(productType()).isEqualTo(DType.F32);
  }

  @Test
  void isOfOneThread() throws InterruptedException {
    AtomicReference<Boolean> elsewhere = new AtomicReference<>();
    try (Autocast here = Autocast.open(Device.CPU, DType.BF16)) {
      Thread other = new Thread(() -> elsewhere.set(Autocast.isOn(Device.CPU)));
      other.start();
      other.join();
    }
    assertThat(elsewhere).hasValue(false);
  }

  @Test
  void gradientsOfWeights_areF32_andCloseToThoseOfF32() {
    Functional.linear(x, weight).tanh().sum().backward();
    float[] exact = weight.gradient().toFloats();
    weight.clearGradient();
    try (Autocast bf16 = Autocast.open(Device.CPU, DType.BF16)) {
      Functional.linear(x, weight).tanh().sum().backward();
    }
    assertThat(weight.gradient().dtype()).isEqualTo(DType.F32);
    assertThat(weight.gradient().toFloats())
        .containsExactly(exact, within(0.1f))
        .isNotEqualTo(exact);
  }

  @Test
  void weightUsedUnrecordedFirst_getsItsGradient() {
    try (Autocast bf16 = Autocast.open(Device.CPU, DType.BF16)) {
      try (TensorScope frozen = TensorScope.withoutGradients()) {
        assertThat(productType()).isEqualTo(DType.BF16);
      }
      Functional.linear(x, weight).sum().backward();
    }
    assertThat(weight.gradient()).isNotNull();
  }

  @Test
  void recomputed_isComputedInTheSameTypes_andLeavesThemAsTheyWere() {
    x.requiresGradient(true);
    Tensor direct;
    try (Autocast bf16 = Autocast.open(Device.CPU, DType.BF16)) {
      direct = Functional.linear(x, weight).tanh();
    }
    direct.sum().backward();
    float[] ofX = x.gradient().toFloats();
    float[] ofWeight = weight.gradient().toFloats();
    for (boolean openInBackward : new boolean[] {false, true}) {
      x.clearGradient();
      weight.clearGradient();
      Tensor y;
      try (Autocast bf16 = Autocast.open(Device.CPU, DType.BF16)) {
        y = new GradientCheckpointing().apply(in -> Functional.linear(in, weight).tanh(), x);
        assertThat(y.dtype()).isEqualTo(DType.BF16);
        assertThat(y.toFloats()).isEqualTo(direct.toFloats());
        if (openInBackward) {
          y.sum().backward();
          assertThat(productType()).isEqualTo(DType.BF16);
        }
      }
      if (!openInBackward) {
        y.sum().backward();
        assertThat(productType()).isEqualTo(DType.F32);
      }
      assertThat(x.gradient().toFloats()).isEqualTo(ofX);
      assertThat(weight.gradient().toFloats()).isEqualTo(ofWeight);
    }
  }

  @Test
  void otherTypes_areRefused() {
    assertThatThrownBy(() -> Autocast.open(Device.CPU, DType.F32))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected BF16 or F16");
  }
}
