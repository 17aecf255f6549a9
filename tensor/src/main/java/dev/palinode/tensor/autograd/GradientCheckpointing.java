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
 * Trades time for memory (Chen et al., 2016): functions that are computed again in the backward
 * pass, so that of each only its input is kept until then, and not what lies between input and
 * output. Gradients are the same, as long as the function is: it must give the same values when it
 * is called a second time.
 *
 * <p>How: the function is computed without a record. What the recorded network holds instead is a
 * sum of its output and of nothing taken from its input, so that the gradient of the output comes
 * by, and then that of the input is asked for: there the function is computed once more, recorded,
 * and its own backward pass is run within the outer one.
 *
 * <p>Make one for each forward pass, in the {@link TensorScope} in which the backward pass will
 * run, too: what the passes have to do with each other belongs to that scope. Not thread-safe.
 */
public final class GradientCheckpointing {
  static {
    Libtorch.prepare();
  }

  // Both are made here, in the caller's scope, and filled in the backward pass, which may run on
  // another thread; both are emptied as soon as can be, as they are as large as activations.

  /** The gradient of the output of the function whose turn it is. */
  private final org.bytedeco.pytorch.Tensor arrived = new org.bytedeco.pytorch.Tensor();

  /** The gradient of the last input; libtorch has taken it once another hook is called. */
  private final org.bytedeco.pytorch.Tensor returned = new org.bytedeco.pytorch.Tensor();

  /**
   * @throws IllegalStateException if no scope is open: hooks must live as long as the record
   */
  public GradientCheckpointing() {
    if (PointerScope.getInnerScope() == null) {
      throw new IllegalStateException("no TensorScope is open: open one around both passes");
    }
  }

  /**
   * The function's value; where gradients are not recorded, nothing but that.
   *
   * @param function is called now and in the backward pass, perhaps on another thread. Tensors that
   *     it makes are freed, but for the result; those that it has from elsewhere must live until
   *     then. Weights that it uses get their gradients, as they would without this
   * @param x belongs to the scope that is open, or to one around it
   * @return what {@code function.apply(x)} returns, in any shape
   */
  public Tensor apply(UnaryOperator<Tensor> function, Tensor x) {
    if (!Gradients.areRecorded()) {
      try (Tensor value = unrecorded(function, x)) {
        return alias(value);
      }
    }
    // Without a gradient for x, those of the function's weights hang on a number of their own.
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

  /** The function's value alone, retained. */
  private static Tensor unrecorded(UnaryOperator<Tensor> function, Tensor x) {
    try (TensorScope scope = TensorScope.open();
        Gradients.Disabled frozen = Gradients.disabled()) {
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

  /** Computes the function again, and from the gradient of its output that of its input. */
  private final class Return extends TensorTensorHook {
    private final transient UnaryOperator<Tensor> function;
    private final transient Tensor x;
    private final transient Autocast.State types;

    Return(UnaryOperator<Tensor> function, Tensor x) {
      this.function = function;
      this.x = x;
      this.types = Autocast.State.of(x.device().kind());
    }

    @Override
    public TensorBase call(TensorBase placeholder) {
      try (TensorScope scope = TensorScope.open();
          Gradients.Enabled recording = new Gradients.Enabled()) {
        Tensor input = x.detach().requiresGradient(x.requiresGradient());
        Tensor output = again(input);
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

    private Tensor again(Tensor input) {
      try (Autocast asBefore = types.again()) {
        return function.apply(input);
      }
    }
  }
}
