package dev.palinode.tensor;

import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.IValue;
import org.jspecify.annotations.Nullable;

/**
 * A weight in oneDNN's blocked layout.
 *
 * <p>The operators are those that PyTorch's compiler uses for frozen models. On x86-64, oneDNN
 * chooses the same layout for every number of rows.
 */
final class PackedLinear implements Linear {
  private static final Optional<AtenOperator> REORDER =
      AtenOperator.find("mkldnn::_reorder_linear_weight");
  private static final Optional<AtenOperator> LINEAR =
      AtenOperator.find("mkldnn::_linear_pointwise");
  private static final long ROWS = 8;
  private static final int POST_OPERATION_SCALARS = 4; // index among the arguments

  private final AtenOperator operator;
  private final Tensor weight; // [out, in], opaque
  private final @Nullable Tensor bias; // [out]
  private final long bytes;
  // Constant arguments are boxed once: boxing is half of a call's cost.
  private final IValue[] constant;

  PackedLinear(Tensor weight, @Nullable Tensor bias) {
    operator = LINEAR.orElseThrow();
    bytes = weight.elements() * weight.dtype().bytes();
    IValue plain = new IValue(weight.contiguous().handle);
    this.weight = REORDER.orElseThrow().call(plain, new IValue(ROWS)).retain();
    this.bias = bias == null ? null : bias.retain();
    constant =
        new IValue[] {
          new IValue(this.weight.handle),
          this.bias == null ? new IValue() : new IValue(this.bias.handle),
          new IValue("none"),
          operator.list(POST_OPERATION_SCALARS, List.of()),
          new IValue("")
        };
    for (IValue value : constant) {
      value.retainReference();
    }
  }

  /** Whether there is such a layout for weights of a type on this machine. */
  static boolean supports(Device device, DType type) {
    return REORDER.isPresent()
        && LINEAR.isPresent()
        && Libtorch.hasAvx2()
        && device.equals(Device.CPU)
        && (type == DType.F32 || (type == DType.BF16 && Libtorch.hasAvx512()));
  }

  @Override
  public Tensor apply(Tensor x) {
    return operator.call(
        new IValue(x.handle), constant[0], constant[1], constant[2], constant[3], constant[4]);
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public void close() {
    for (IValue value : constant) {
      value.close();
    }
    weight.close();
    if (bias != null) {
      bias.close();
    }
  }
}
