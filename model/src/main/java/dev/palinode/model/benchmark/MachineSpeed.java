package dev.palinode.model.benchmark;

import dev.palinode.tensor.DType;
import dev.palinode.tensor.Device;
import dev.palinode.tensor.Functional;
import dev.palinode.tensor.Gradients;
import dev.palinode.tensor.Linear;
import dev.palinode.tensor.RandomStream;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import java.util.function.Supplier;

/**
 * What the machine allows: how fast it reads memory, which bounds decoding of few rows, and how
 * fast it multiplies, which bounds prefill and decoding of many.
 */
public final class MachineSpeed implements AutoCloseable {
  /** Far more than any cache holds. */
  private static final long READ_ELEMENTS = 64L << 20;

  private static final int SIDE = 2048;
  private static final int ROWS = 512;

  private final Device device;
  private final Tensor read; // [READ_ELEMENTS]

  /** Takes a quarter of a gigabyte on the device until it is closed. */
  public MachineSpeed(Device device) {
    this.device = device;
    this.read = Tensors.full(1, DType.F32, READ_ELEMENTS).to(device).retain();
  }

  /** Bytes per second that a sum over a large tensor reads, all threads together; once. */
  public double readBytesPerSecond() {
    try (TensorScope scope = TensorScope.open()) {
      return READ_ELEMENTS * (double) DType.F32.bytes() / seconds(read::sum);
    }
  }

  /**
   * Floating-point operations per second of a product of {@value #ROWS} rows with a matrix of
   * {@value #SIDE} x {@value #SIDE}: the best of several, in the better of the forms that a weight
   * can have.
   */
  public double productFlopsPerSecond(DType type) {
    try (TensorScope scope = TensorScope.open();
        Gradients.Disabled frozen = Gradients.disabled()) {
      RandomStream random = new RandomStream(1);
      Tensor weight = Tensors.normal(0, 1, random, SIDE, SIDE).to(type).to(device);
      Tensor rows = Tensors.normal(0, 1, random, ROWS, SIDE).to(type).to(device);
      double best = Double.MAX_VALUE;
      try (Linear packed = Linear.packed(weight, null)) {
        for (int i = 0; i < 5; i++) {
          best = Math.min(best, seconds(() -> Functional.linear(rows, weight)));
          best = Math.min(best, seconds(() -> packed.apply(rows)));
        }
      }
      return 2.0 * ROWS * SIDE * SIDE / best;
    }
  }

  /** The time of one operation, until its result can be read. */
  private static double seconds(Supplier<Tensor> operation) {
    long start = System.nanoTime();
    Tensor result = operation.get();
    // Reading an element waits for devices that compute asynchronously.
    result.reshape(-1).select(0, 0).item();
    return (System.nanoTime() - start) / 1e9;
  }

  @Override
  public void close() {
    read.close();
  }
}
