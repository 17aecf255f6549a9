package dev.palinode.tensor;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.GradMode;

/**
 * The lifetime of the tensors created on this thread while it is open: closing it frees all except
 * those that were {@linkplain Tensor#retain retained}.
 *
 * <p>Scopes can be nested; a tensor belongs to the innermost one. Use with try-with-resources:
 *
 * <pre>{@code
 * try (TensorScope scope = TensorScope.open()) {
 *   return model.logits(ids).toFloats();
 * }
 * }</pre>
 *
 * <p>Without a scope, native memory waits for the garbage collector, which does not see its size.
 */
public final class TensorScope implements AutoCloseable {
  static {
    Libtorch.prepare();
  }

  private final PointerScope scope = new PointerScope();
  private final boolean recordedBefore = GradMode.is_enabled();

  private TensorScope(boolean recorded) {
    GradMode.set_enabled(recorded);
  }

  /** Opens a scope on the calling thread, which must also close it. */
  public static TensorScope open() {
    return new TensorScope(GradMode.is_enabled());
  }

  /** A scope whose operations are recorded for a backward pass, even inside a backward pass. */
  public static TensorScope withGradients() {
    return new TensorScope(true);
  }

  /** A scope whose operations are not recorded for a backward pass: {@code torch.no_grad()}. */
  public static TensorScope withoutGradients() {
    return new TensorScope(false);
  }

  @Override
  public void close() {
    GradMode.set_enabled(recordedBefore);
    scope.close();
  }
}
