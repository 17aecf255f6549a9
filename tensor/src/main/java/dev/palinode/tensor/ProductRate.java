package dev.palinode.tensor;

import java.util.function.Supplier;

/** Measures a device's rate of matrix products, in a fraction of a second. */
public final class ProductRate {
  private static final int SIDE = 2048;
  private static final int ROWS = 512;

  private ProductRate() {}

  /**
   * Floating-point operations per second of a product of {@value #ROWS} rows with a matrix of
   * {@value #SIDE} x {@value #SIDE}: the best of several runs, with the faster of plain and packed
   * weights.
   */
  public static double flopsPerSecond(Device device, DType type) {
    try (TensorScope scope = TensorScope.withoutGradients()) {
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

  /** Seconds that an operation takes until its result can be read. */
  public static double seconds(Supplier<Tensor> operation) {
    long start = System.nanoTime();
    Tensor result = operation.get();
    // Reading an element waits for devices that compute asynchronously.
    result.reshape(-1).select(0, 0).item();
    return (System.nanoTime() - start) / 1e9;
  }
}
