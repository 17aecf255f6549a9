package dev.palinode.training.parallel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.tensor.DType;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import java.util.List;
import org.junit.jupiter.api.Test;

class SingleProcessTest {
  @Test
  void everythingIsItsOwn() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor parameter = Tensors.full(2, DType.F32, 3).requiresGradient(true);
      try (Replicas replicas = new SingleProcess(List.of(parameter))) {
        assertThat(replicas.size()).isEqualTo(1);
        assertThat(replicas.isFirst()).isTrue();
        assertThat(replicas.share(List.of("a", "b"), String::length)).containsExactly("a", "b");
        assertThat(replicas.sum(1.5, 2)).containsExactly(1.5, 2);
        assertThat(replicas.owned()).containsExactly(parameter);
        assertThat(replicas.fromOwner(parameter, () -> parameter)).containsSame(parameter);
        replicas.broadcastParameters();
        replicas.beforeLastBackward();
        parameter.sum().backward();
        replicas.finishGradients();
        assertThat(parameter.gradient().toFloats()).containsOnly(1);
        replicas.shareParameters();
        replicas.barrier();
        replicas.clearGradients();
        assertThat(parameter.gradient()).isNull();
      }
    }
  }
}
