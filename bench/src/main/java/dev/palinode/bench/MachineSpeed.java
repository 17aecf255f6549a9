package dev.palinode.bench;

import dev.palinode.tensor.DType;
import dev.palinode.tensor.Device;
import dev.palinode.tensor.ProductRate;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;

/**
 * The limits of the machine: memory bandwidth, which bounds decoding of few rows, and the rate of
 * matrix products, which bounds prefill and decoding of many.
 */
final class MachineSpeed implements AutoCloseable {
  /** Far more than fits into any cache. */
  private static final long READ_ELEMENTS = 64L << 20;

  private final Device device;
  private final Tensor read; // [READ_ELEMENTS]

  /** Allocates 256 MiB on the device, until it is closed. */
  MachineSpeed(Device device) {
    this.device = device;
    this.read = Tensors.full(1, DType.F32, READ_ELEMENTS).to(device).retain();
  }

  /** Memory bandwidth, in bytes per second: one sum over a large tensor, with all threads. */
  double readBytesPerSecond() {
    try (TensorScope scope = TensorScope.open()) {
      return READ_ELEMENTS * (double) DType.F32.bytes() / ProductRate.seconds(read::sum);
    }
  }

  /** The rate of matrix products, measured by {@link ProductRate}. */
  double productFlopsPerSecond(DType type) {
    return ProductRate.flopsPerSecond(device, type);
  }

  @Override
  public void close() {
    read.close();
  }
}
