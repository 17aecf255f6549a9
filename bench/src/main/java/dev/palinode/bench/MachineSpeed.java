package dev.palinode.bench;

import dev.palinode.tensor.DType;
import dev.palinode.tensor.Device;
import dev.palinode.tensor.ProductRate;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;

/**
 * The limits of the machine: how fast it reads memory, which bounds decoding of few rows, and how
 * fast it multiplies, which bounds prefill and decoding of many.
 */
final class MachineSpeed implements AutoCloseable {
  /** Far more than any cache holds. */
  private static final long READ_ELEMENTS = 64L << 20;

  private final Device device;
  private final Tensor read; // [READ_ELEMENTS]

  /** Takes a quarter of a gigabyte on the device until it is closed. */
  MachineSpeed(Device device) {
    this.device = device;
    this.read = Tensors.full(1, DType.F32, READ_ELEMENTS).to(device).retain();
  }

  /** Bytes per second that a sum over a large tensor reads, all threads together; once. */
  double readBytesPerSecond() {
    try (TensorScope scope = TensorScope.open()) {
      return READ_ELEMENTS * (double) DType.F32.bytes() / ProductRate.seconds(read::sum);
    }
  }

  /** As {@link ProductRate} measures it. */
  double productFlopsPerSecond(DType type) {
    return ProductRate.flopsPerSecond(device, type);
  }

  @Override
  public void close() {
    read.close();
  }
}
