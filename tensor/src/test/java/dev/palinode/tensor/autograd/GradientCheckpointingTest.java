package dev.palinode.tensor.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.tensor.DType;
import dev.palinode.tensor.Functional;
import dev.palinode.tensor.Gradients;
import dev.palinode.tensor.Libtorch;
import dev.palinode.tensor.RandomStream;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import dev.palinode.testkit.ResidentMemory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GradientCheckpointingTest {
  private final TensorScope scope = TensorScope.open();
  private Tensor weight;

  @BeforeEach
  void draw() {
    weight = Tensors.normal(0, 1, new RandomStream(1), 6, 6).requiresGradient(true);
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private Tensor layer(Tensor x) {
    return Functional.silu(Functional.linear(x, weight)).times(0.5);
  }

  private static Tensor random(int seed, long... shape) {
    return Tensors.normal(0, 1, new RandomStream(seed), shape);
  }

  @Test
  void valuesAndGradients_areTheSameToTheLastBit() {
    Tensor x = random(2, 3, 6).requiresGradient(true);
    Tensor direct = layer(layer(layer(x)));
    direct.times(direct).sum().backward();
    float[] ofX = x.gradient().toFloats();
    float[] ofWeight = weight.gradient().toFloats();
    x.clearGradient();
    weight.clearGradient();

    GradientCheckpointing recompute = new GradientCheckpointing();
    Tensor y = recompute.apply(this::layer, recompute.apply(this::layer, layer(x)));
    assertThat(y.toFloats()).isEqualTo(direct.toFloats());
    y.times(y).sum().backward();

    assertThat(x.gradient().toFloats()).isEqualTo(ofX);
    assertThat(weight.gradient().toFloats()).isEqualTo(ofWeight);
  }

  @Test
  void outputOfAnotherShape_usedTwice() {
    UnaryOperator<Tensor> function = x -> layer(x).reshape(-1).times(x.sum());
    Tensor x = random(3, 2, 6).requiresGradient(true);
    Tensor direct = function.apply(x);
    direct.sum().plus(direct.norm()).backward();
    float[] expected = x.gradient().toFloats();
    x.clearGradient();

    Tensor y = new GradientCheckpointing().apply(function, x);
    y.sum().plus(y.norm()).backward();

    assertThat(y.shape()).containsExactly(12);
    assertThat(x.gradient().toFloats()).isEqualTo(expected);
  }

  @Test
  void withoutAGradientOfTheInput_weightsGetTheirs() {
    Tensor x = random(4, 3, 6);
    layer(x).sum().backward();
    float[] expected = weight.gradient().toFloats();
    weight.clearGradient();

    new GradientCheckpointing().apply(this::layer, x).sum().backward();

    assertThat(weight.gradient().toFloats()).isEqualTo(expected);
    assertThat(x.gradient()).isNull();
  }

  @Test
  void functionThatDependsOnNothing_givesNothing() {
    Tensor x = random(5, 3).requiresGradient(true);

    new GradientCheckpointing().apply(in -> Tensors.full(2, DType.F32, 4), x).sum().backward();

    assertThat(x.gradient().toFloats()).containsExactly(0, 0, 0);
  }

  @Test
  void isCalledOnceMore_inTheBackwardPass_andNeverWhereNothingIsRecorded() {
    AtomicInteger calls = new AtomicInteger();
    UnaryOperator<Tensor> counted =
        x -> {
          calls.incrementAndGet();
          return layer(x);
        };
    GradientCheckpointing recompute = new GradientCheckpointing();
    Tensor loss = recompute.apply(counted, random(6, 2, 6)).sum();
    assertThat(calls).hasValue(1);
    loss.backward();
    assertThat(calls).hasValue(2);

    try (TensorScope frozen = TensorScope.withoutGradients()) {
      assertThat(recompute.apply(counted, random(6, 2, 6)).requiresGradient()).isFalse();
      assertThat(Gradients.areRecorded()).isFalse();
    }
    assertThat(calls).hasValue(3);
    assertThat(Gradients.areRecorded()).isTrue();
  }

  @Test
  void failureInTheSecondPass_isThrownByTheBackwardPass() {
    AtomicInteger calls = new AtomicInteger();
    Tensor loss =
        new GradientCheckpointing()
            .apply(
                x -> {
                  if (calls.incrementAndGet() == 2) {
                    throw new IllegalArgumentException("no second time");
                  }
                  return layer(x);
                },
                random(7, 2, 6))
            .sum();

    assertThatThrownBy(loss::backward).hasMessageContaining("no second time");
  }

  @Test
  void withoutAScope_isRefused() throws InterruptedException {
    AtomicInteger refused = new AtomicInteger();
    Thread other =
        new Thread(
            () -> {
              try {
                new GradientCheckpointing();
              } catch (IllegalStateException e) {
                refused.incrementAndGet();
              }
            });
    other.start();
    other.join();
    assertThat(refused).hasValue(1);
  }

  @Test
  void onlyInputsAreKept() {
    long kept = memoryOfForwardPass(new GradientCheckpointing());
    long without = memoryOfForwardPass(null);

    // 8 layers of 8 tensors of 4 MiB each: the inputs alone, or all of them.
    assertThat(kept).isLessThan(60L << 20);
    assertThat(without).isGreaterThan(200L << 20);
  }

  private static long memoryOfForwardPass(GradientCheckpointing recompute) {
    UnaryOperator<Tensor> layer =
        x -> {
          Tensor y = x;
          for (int i = 0; i < 8; i++) {
            y = y.tanh();
          }
          return y;
        };
    try (TensorScope pass = TensorScope.open()) {
      Tensor x = Tensors.full(1, DType.F32, 1 << 20).requiresGradient(true);
      Libtorch.trimMemory(); // what the C library keeps for later does not count
      long before = ResidentMemory.bytes();
      Tensor y = x;
      for (int i = 0; i < 8; i++) {
        y = recompute == null ? layer.apply(y) : recompute.apply(layer, y);
      }
      Libtorch.trimMemory();
      long growth = ResidentMemory.bytes() - before;
      y.sum().backward();
      return growth;
    }
  }

  @Test
  void thousandSteps_takeNoMemory() {
    steps(200);
    long before = ResidentMemory.bytes();
    steps(1000); // a leak of one activation a step would be 256 MiB
    assertThat(ResidentMemory.bytes() - before).isLessThan(48L << 20);
  }

  private void steps(int count) {
    for (int i = 0; i < count; i++) {
      try (TensorScope step = TensorScope.open()) {
        Tensor x = Tensors.full(0.5, DType.F32, 11_000, 6).requiresGradient(true);
        GradientCheckpointing recompute = new GradientCheckpointing();
        Tensor y = recompute.apply(this::layer, recompute.apply(this::layer, x));
        y.sum().backward();
        weight.clearGradient();
      }
    }
  }
}
