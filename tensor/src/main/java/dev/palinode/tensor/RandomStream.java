package dev.palinode.tensor;

import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.global.torch;

/**
 * A seeded random number generator of libtorch: the same seed gives the same tensors. Closing it
 * frees some kilobytes at once instead of at garbage collection. Not thread-safe.
 */
public final class RandomStream implements AutoCloseable {
  static {
    Libtorch.prepare();
  }

  final Generator generator;

  /** Only the lower 32 bits of the seed are used. */
  public RandomStream(long seed) {
    generator = torch.make_generator_cpu(seed);
    generator.retainReference();
  }

  @Override
  public void close() {
    generator.close();
  }
}
