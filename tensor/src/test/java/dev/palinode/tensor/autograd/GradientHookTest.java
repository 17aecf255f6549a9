package dev.palinode.tensor.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.tensor.DType;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import dev.palinode.testkit.ResidentMemory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GradientHookTest {
  private static Tensor parameter(double value, long... shape) {
    return Tensors.full(value, DType.F32, shape).requiresGradient(true);
  }

  /** What sending gradients while the pass goes on rests upon. */
  @Test
  void aHookRunsBeforeItsOwnGradientIsAdded_andAfterThoseOfEarlierHooks() {
    try (TensorScope scope = TensorScope.open()) {
      List<String> seen = new ArrayList<>();
      Tensor memory = Tensors.zeros(DType.F32, 4 * 300);
      List<Tensor> parameters = new ArrayList<>();
      List<GradientHook> hooks = new ArrayList<>();
      for (int i = 0; i < 300; i++) { // more than callbacks of C functions could be
        int own = i;
        Tensor parameter = parameter(1, 2, 2);
        parameter.useGradient(memory.narrow(0, 4L * i, 4).reshape(2, 2));
        parameters.add(parameter);
        hooks.add(
            new GradientHook(
                parameter,
                () ->
                    seen.add(
                        own
                            + " "
                            + Math.round(memory.toDoubles()[4 * own])
                            + " of "
                            + Math.round(memory.sum().item()))));
      }
      for (int pass = 0; pass < 2; pass++) {
        Tensor sum = parameters.get(0).sum();
        for (Tensor parameter : parameters.subList(1, 300)) {
          sum = sum.plus(parameter.sum());
        }
        sum.backward();
      }

      assertThat(seen).hasSize(600);
      for (int i = 0; i < 300; i++) {
        assertThat(seen.get(i)).endsWith(" 0 of " + 4 * i);
        assertThat(seen.get(300 + i)).endsWith(" 1 of " + 4 * (300 + i));
      }
      assertThat(memory.toFloats()).containsOnly(2); // added in place, twice
      assertThat(parameters.get(7).gradient().sharesMemoryWith(memory)).isTrue();
      hooks.forEach(GradientHook::close);
    }
  }

  @Test
  void aClosedHook_runsNoMore_andTheOthersDo() {
    try (TensorScope scope = TensorScope.open()) {
      List<String> seen = new ArrayList<>();
      Tensor parameter = parameter(1, 3);
      GradientHook first = new GradientHook(parameter, () -> seen.add("first"));
      GradientHook second = new GradientHook(parameter, () -> seen.add("second"));
      first.close();
      first.close();
      parameter.sum().backward();
      second.close();
      parameter.sum().backward();

      assertThat(seen).containsExactly("second");
    }
  }

  @Test
  void withoutGradients_thereIsNothingToWaitFor() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor frozen = Tensors.zeros(DType.F32, 3);
      assertThatThrownBy(() -> new GradientHook(frozen, () -> {}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("asks for no gradient");
    }
  }

  @Test
  void gradientsThatHooksSaw_areFreed() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor parameter = parameter(1, 1 << 20);
      try (GradientHook hook = new GradientHook(parameter, () -> {})) {
        long before = 0;
        for (int pass = 0; pass < 60; pass++) {
          if (pass == 20) {
            before = ResidentMemory.bytes();
          }
          Tensor loss;
          try (TensorScope inner = TensorScope.open()) {
            loss = parameter.times(2).sum().retain();
          }
          loss.backward(); // its hooks' tensors would go to the outer scope
          loss.close();
        }
        long kept = 160L << 20; // if each of 40 passes kept its 4 MB; the JVM takes some itself
        assertThat(ResidentMemory.bytes() - before).isLessThan(kept / 2);
      }
    }
  }
}
