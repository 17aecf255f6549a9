package dev.palinode.tensor;

import org.bytedeco.pytorch.IValue;
import org.jspecify.annotations.Nullable;

/**
 * A weight as eight-bit integers {@code q} with one scale {@code s} per output, for BF16
 * activations: {@code w = q * s}, {@code s} the row's largest magnitude divided by 127.
 *
 * <p>Few rows are multiplied directly with the integers, a quarter of F32's bytes. For many rows
 * arithmetic is the limit, not memory, and the integers are converted to BF16 for one product; so
 * they are on GPUs, and for widths that are not a multiple of {@value #KERNEL_STEP}. Both ways
 * multiply the same numbers, as BF16 holds the integers exactly, and both round the product to BF16
 * before it is scaled: batching changes a row no more than with BF16 weights.
 */
final class Int8Linear implements Linear {
  private static final AtenOperator PRODUCT = AtenOperator.named("aten::_weight_int8pack_mm");

  /** Columns that the kernel reads at a time; it reads past the end of rows of other widths. */
  private static final long KERNEL_STEP = 16;

  private static final long MANY_ROWS = 64; // measured: docs/performance.md

  private final Tensor weight; // [out, in], I8
  private final Tensor scale; // [out], BF16
  private final Tensor ones; // [out], BF16: scale for the kernel, which applies it before rounding
  private final @Nullable Tensor bias; // [out], BF16

  Int8Linear(Tensor weight, @Nullable Tensor bias) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor exact = weight.to(DType.F32);
      // The scale is rounded first, so that the integers compensate for it.
      this.scale = exact.abs().max(1).dividedBy(127).to(DType.BF16).retain();
      Tensor divisor = scale.to(DType.F32).clampMin(Float.MIN_NORMAL).unsqueeze(1);
      this.weight = exact.dividedBy(divisor).round().clamp(-127, 127).to(DType.I8).retain();
      this.ones = Tensors.full(1, DType.BF16, scale.elements()).retain();
      this.bias = bias == null ? null : bias.to(DType.BF16).retain();
    }
  }

  @Override
  public Tensor apply(Tensor x) {
    long in = weight.size(1);
    long rows = x.elements() / in;
    boolean few = rows < MANY_ROWS && in % KERNEL_STEP == 0 && weight.device().equals(Device.CPU);
    Tensor product =
        few ? few(x.reshape(rows, in).contiguous()) : Functional.linear(x, weight.to(DType.BF16));
    long[] shape = x.shape();
    shape[shape.length - 1] = weight.size(0);
    Tensor unscaled = product.reshape(shape);
    return bias == null ? unscaled.times(scale) : bias.plusProduct(unscaled, scale);
  }

  private Tensor few(Tensor rows) {
    return PRODUCT.call(
        new IValue(rows.handle), new IValue(weight.handle), new IValue(ones.handle));
  }

  static long bytes(long out, long in) {
    return out * in + 2 * out * DType.BF16.bytes();
  }

  @Override
  public long bytes() {
    return bytes(weight.size(0), weight.size(1));
  }

  @Override
  public void close() {
    weight.close();
    scale.close();
    ones.close();
    if (bias != null) {
      bias.close();
    }
  }
}
