package dev.palinode.tensor.autograd;

import dev.palinode.tensor.Libtorch;
import dev.palinode.tensor.Tensor;
import org.apache.commons.lang3.Validate;
import org.bytedeco.pytorch.TensorBase;
import org.bytedeco.pytorch.VoidTensorHook;

/**
 * Code that runs in every backward pass once the gradient of a tensor is known. On a parameter, it
 * runs <em>before</em> this pass's gradient is added to {@link Tensor#gradient}; the gradients of
 * parameters whose hooks ran earlier in the pass have been added by then.
 *
 * <p>On the CPU it runs on the thread that called {@link Tensor#backward}, on a GPU on a thread of
 * libtorch, never on two at once. An exception that it throws ends the backward pass with a {@link
 * RuntimeException} that carries only the message.
 */
public final class GradientHook implements AutoCloseable {
  static {
    Libtorch.prepare();
  }

  private final Tensor tensor;
  private final Callback callback;
  private final int place; // index among the tensor's hooks
  private boolean closed;

  /**
   * Registers an action.
   *
   * @param tensor requires a gradient, and outlives the hook
   * @param action runs in every backward pass
   */
  public GradientHook(Tensor tensor, Runnable action) {
    Validate.isTrue(
        tensor.requiresGradient(), "%s asks for no gradient: there is none to wait for", tensor);
    this.tensor = tensor;
    callback = new Callback(action);
    callback.retainReference(); // native code calls it as long as it is registered
    place = tensor.handle.register_hook(callback);
  }

  /** Removes the hook; not from inside a backward pass. Closing twice does nothing. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      tensor.handle.remove_hook(place);
      callback.close();
    }
  }

  private static final class Callback extends VoidTensorHook {
    private final Runnable action;

    Callback(Runnable action) {
      this.action = action;
    }

    @Override
    public void call(TensorBase gradient) {
      gradient.deallocate(); // this reference would keep the gradient's memory
      action.run();
    }
  }
}
