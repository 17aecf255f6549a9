package dev.palinode.tensor;

import org.bytedeco.javacpp.PointerScope;

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

  private TensorScope() {}

  /** Opens a scope on the calling thread, which must also close it. */
  public static TensorScope open() {
    return new TensorScope();
  }

  @Override
  public void close() {
    scope.close();
  }
}
