package dev.palinode.tensor;

import java.util.Collection;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Switches for automatic differentiation, and gradient clipping. */
public final class Gradients {
  static {
    Libtorch.prepare();
  }

  private Gradients() {}

  /**
   * Like {@code torch.no_grad()}: while this is open on a thread, its operations are not recorded
   * for a backward pass.
   */
  public static final class Disabled implements AutoCloseable {
    private final NoGradGuard guard = new NoGradGuard();

    private Disabled() {
      guard.retainReference(); // outlives any scope that is opened before it closes
    }

    @Override
    public void close() {
      guard.deallocate(); // now: otherwise recording stays off until the scope closes
    }
  }

  /**
   * Like {@code torch.enable_grad()}: while this is open on a thread, its operations are recorded,
   * even inside a backward pass.
   */
  public static final class Enabled implements AutoCloseable {
    private final AutoGradMode mode = new AutoGradMode(true);

    public Enabled() {
      mode.retainReference();
    }

    @Override
    public void close() {
      mode.deallocate(); // now, as above
    }
  }

  /** Whether operations of the calling thread are recorded for a backward pass. */
  public static boolean areRecorded() {
    return GradMode.is_enabled();
  }

  /** Stops recording on the calling thread until the result is closed. */
  public static Disabled disabled() {
    return new Disabled();
  }

  /**
   * Clips the global L2 norm of the parameters' gradients to {@code maxNorm}: scales them by {@code
   * min(1, maxNorm / (norm + 1e-6))}, as PyTorch does.
   *
   * @param maxNorm positive; infinity only measures
   * @return the norm before clipping
   */
  public static double clip(Collection<Tensor> parameters, double maxNorm) {
    if (!(maxNorm > 0)) {
      throw new IllegalArgumentException("maxNorm is " + maxNorm + ": expected a positive number");
    }
    try (TensorScope scope = TensorScope.open()) {
      TensorVector vector = Tensors.vector(parameters);
      return torch.clip_grad_norm_(vector, maxNorm);
    }
  }
}
