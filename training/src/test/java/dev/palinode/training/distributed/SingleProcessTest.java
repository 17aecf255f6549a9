package dev.palinode.training.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.tensor.DType;
import dev.palinode.tensor.Device;
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
      try (DistributedContext alone = DistributedContext.single(Device.CPU);
          GradientSync replicas = new GradientSync(alone, List.of(parameter), any -> false, true)) {
        assertThat(alone.size()).isEqualTo(1);
        assertThat(alone.isFirst()).isTrue();
        assertThat(replicas.shard(List.of("a", "b"), String::length)).containsExactly("a", "b");
        assertThat(alone.sum(1.5, 2)).containsExactly(1.5, 2);
        assertThat(replicas.owned()).containsExactly(parameter);
        assertThat(replicas.fromOwner(parameter, parameter.shape(), () -> parameter))
            .containsSame(parameter);
        replicas.broadcastParameters();
        replicas.beforeLastBackward();
        parameter.sum().backward();
        replicas.finishGradients();
        assertThat(parameter.gradient().toFloats()).containsOnly(1);
        replicas.shareParameters();
        alone.barrier();
        replicas.clearGradients();
        assertThat(parameter.gradient()).isNull();
      }
    }
  }
}
