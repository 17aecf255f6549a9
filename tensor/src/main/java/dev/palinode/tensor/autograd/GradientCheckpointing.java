package dev.palinode.tensor.autograd;

import dev.palinode.tensor.Autocast;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.Gradients;
import dev.palinode.tensor.Libtorch;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.TensorBase;
import org.bytedeco.pytorch.TensorTensorHook;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.VoidTensorHook;
import org.bytedeco.pytorch.global.torch;

/**
 * Gradient checkpointing, which trades time for memory (Chen et al., 2016): functions are
 * recomputed in the backward pass, so that only the input of each is kept until then, not its
 * intermediate activations. Gradients are the same if the function returns the same values when it
 * is called a second time.
 *
 * <p>How: the forward pass computes the function without recording it. The graph holds instead its
 * output plus an empty sum over its input, which is 0. In the backward pass, a hook keeps the
 * gradient of the output; then a hook on the input recomputes the function, recorded, and runs its
 * backward pass within the outer one.
 *
 * <p>Create one for each forward pass, in the {@link TensorScope} in which the backward pass runs
 * too: its hooks and tensors belong to that scope. Not thread-safe.
 */
public final class GradientCheckpointing {
  static {
    Libtorch.prepare();
  }

  // Both are created in the caller's scope and filled in the backward pass, which may run on
  // another thread. Both are emptied as soon as possible, as they are as large as activations.

  /** Gradient of the output of the function that is recomputed next. */
  private final org.bytedeco.pytorch.Tensor arrived = new org.bytedeco.pytorch.Tensor();

  /** Gradient of the last input; libtorch has used it when the next hook is called. */
  private final org.bytedeco.pytorch.Tensor returned = new org.bytedeco.pytorch.Tensor();

  /** Throws if no scope is open: hooks must live as long as the graph. */
  public GradientCheckpointing() {
    if (PointerScope.getInnerScope() == null) {
      throw new IllegalStateException("no TensorScope is open: open one around both passes");
    }
  }

  /**
   * Computes the function, to be recomputed in the backward pass if gradients are recorded.
   *
   * @param function called now and in the backward pass, perhaps on another thread. Tensors that it
   *     creates are freed, except the result; other tensors that it uses must live until then.
   *     Weights that it uses get their gradients as usual
   * @param x belongs to the scope that is open, or to one around it
   * @return what {@code function.apply(x)} returns, in any shape
   */
  public Tensor apply(UnaryOperator<Tensor> function, Tensor x) {
    if (!Gradients.areRecorded()) {
      try (Tensor value = unrecorded(function, x)) {
        return alias(value);
      }
    }
    // If x needs no gradient, a dummy input makes the backward pass reach the function's weights.
    Tensor input =
        x.requiresGradient()
            ? new Tensor(x.handle.view_as(x.handle))
            : Tensors.zeros(DType.F32, x.device(), 1).requiresGradient(true);
    Tensor nothing = input.reshape(-1).narrow(0, 0, 0).sum();
    Tensor output;
    try (Tensor value = unrecorded(function, x)) {
      output = value.plus(nothing.to(value.dtype()));
    }
    output.handle.register_hook(new Arrival());
    input.handle.register_hook(new Return(function, x));
    return output;
  }

  /** The function's value, computed without recording; retained. */
  private static Tensor unrecorded(UnaryOperator<Tensor> function, Tensor x) {
    try (TensorScope scope = TensorScope.withoutGradients()) {
      return alias(function.apply(x)).retain();
    }
  }

  private static Tensor alias(Tensor tensor) {
    return new Tensor(new org.bytedeco.pytorch.Tensor(tensor.handle));
  }

  /** Keeps the gradient of an output. */
  private final class Arrival extends VoidTensorHook {
    @Override
    public void call(TensorBase gradient) {
      returned.reset();
      arrived.put(gradient);
    }
  }

  /** Recomputes the function, and derives the gradient of its input from that of its output. */
  private final class Return extends TensorTensorHook {
    private final transient UnaryOperator<Tensor> function;
    private final transient Tensor x;
    private final transient Autocast types;

    Return(UnaryOperator<Tensor> function, Tensor x) {
      this.function = function;
      this.x = x;
      this.types = Autocast.now(x.device());
    }

    @Override
    public TensorBase call(TensorBase placeholder) {
      try (TensorScope scope = TensorScope.withGradients()) {
        Tensor input = x.detach().requiresGradient(x.requiresGradient());
        Tensor output = recompute(input);
        if (output.requiresGradient()) {
          torch.backward(
              Tensors.vector(List.of(output)),
              new TensorVector(arrived),
              new BoolOptional(false),
              false,
              new TensorVector());
        }
        arrived.reset();
        if (!x.requiresGradient() || !input.handle.grad().defined()) {
          return placeholder; // is 0
        }
        returned.put(input.handle.grad());
        return returned;
      }
    }

    private Tensor recompute(Tensor input) {
      try (Autocast asBefore = types.again()) {
        return function.apply(input);
      }
    }
  }
}
