package dev.palinode.model.network;

import dev.palinode.tensor.DType;
import dev.palinode.tensor.Device;
import dev.palinode.tensor.Linear;
import dev.palinode.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** The type of a model's matrices in memory when it is opened for inference. */
public enum WeightType {
  /** Single precision: exact. */
  F32(DType.F32),
  /** Sixteen bits with the exponents of F32; the type of most published checkpoints. */
  BF16(DType.BF16),
  /** Sixteen bits, for GPUs. */
  F16(DType.F16),
  /** Eight bits with one scale per output: a quarter of F32's memory. */
  INT8(DType.I8);

  private final DType type;

  WeightType(DType type) {
    this.type = type;
  }

  /** The type of activations on a device. */
  public DType computeType(Device device) {
    return this == INT8 ? Linear.int8Activations(device) : type;
  }

  /** The weight {@code [out, in]} and bias {@code [out]}, on the product's device, of this type. */
  Linear linear(Tensor weight, @Nullable Tensor bias) {
    if (this == INT8) {
      return Linear.int8(weight, bias);
    }
    return Linear.packed(weight.to(type), bias == null ? null : bias.to(type));
  }
}
