package dev.palinode.tensor;

import org.jspecify.annotations.Nullable;

/**
 * A linear layer {@code x W^T + b}, with the weight in one of several forms. Owns its weight until
 * it is closed. Thread-safe.
 */
public interface Linear extends AutoCloseable {
  /** The product, {@code [..., in]} to {@code [..., out]} of the same type. */
  Tensor apply(Tensor x);

  /** Bytes of the weight in this form. */
  long bytes();

  @Override
  void close();

  /**
   * The weight {@code [out, in]} and bias {@code [out]} as they are: differentiable, not copied.
   */
  static Linear plain(Tensor weight, @Nullable Tensor bias) {
    return new PlainLinear(weight, bias);
  }

  /**
   * A copy of the weight (F32 or BF16) in the layout that the processor reads fastest, if there is
   * one: a few rows of {@code x} then cost little more than one (docs/performance.md). For
   * inference only. The caller keeps its weight, as with {@link #int8}.
   */
  static Linear packed(Tensor weight, @Nullable Tensor bias) {
    return packs(weight.device(), weight.dtype())
        ? new PackedLinear(weight, bias)
        : new PlainLinear(weight, bias);
  }

  /** Whether {@link #packed} copies weights of this type; otherwise it keeps them as they are. */
  static boolean packs(Device device, DType type) {
    return PackedLinear.supports(device, type);
  }

  /**
   * The weight, of any floating-point type, rounded to eight bits with one scale per output. If the
   * processor has no instructions for BF16 products, activations are rounded to eight bits too,
   * with one scale per row. For inference only.
   */
  static Linear int8(Tensor weight, @Nullable Tensor bias) {
    return DynamicInt8Linear.suits(weight.device())
        ? new DynamicInt8Linear(weight, bias)
        : new Int8Linear(weight, bias);
  }

  /** Bytes that {@link #int8} needs for a weight {@code [out, in]} on a device. */
  static long int8Bytes(Device device, long out, long in) {
    return DynamicInt8Linear.suits(device)
        ? DynamicInt8Linear.bytes(out, in)
        : Int8Linear.bytes(out, in);
  }

  /** The type of activations with which {@link #int8} is fastest on a device. */
  static DType int8Activations(Device device) {
    return DynamicInt8Linear.suits(device) ? DType.F32 : DType.BF16;
  }
}
