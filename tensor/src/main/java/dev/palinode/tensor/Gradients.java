package dev.palinode.tensor;

import java.util.Collection;
import org.apache.commons.lang3.Validate;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.global.torch;

/** The state of automatic differentiation, and gradient clipping. */
public final class Gradients {
  static {
    Libtorch.prepare();
  }

  private Gradients() {}

  /** Whether operations of the calling thread are recorded for a backward pass. */
  public static boolean areRecorded() {
    return GradMode.is_enabled();
  }

  /**
   * Clips the global L2 norm of the parameters' gradients to {@code maxNorm}: scales them by {@code
   * min(1, maxNorm / (norm + 1e-6))}, as PyTorch does.
   *
   * @param maxNorm positive; infinity only measures
   * @return the norm before clipping
   */
  public static double clip(Collection<Tensor> parameters, double maxNorm) {
    Validate.isTrue(maxNorm > 0, "maxNorm is %s: expected a positive number", maxNorm);
    try (TensorScope scope = TensorScope.open()) {
      return torch.clip_grad_norm_(Tensors.vector(parameters), maxNorm);
    }
  }
}
