package dev.palinode.tensor;

import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.global.torch;

/**
 * libtorch's random numbers from a seed: the same seed gives the same tensors. Not thread-safe.
 *
 * <p>Closing it frees some kilobytes at once, which matters where many are made; else the garbage
 * collector does.
 */
public final class RandomStream implements AutoCloseable {
  static {
    Libtorch.prepare();
  }

  final Generator generator;

  /**
   * @param seed of which the lower 32 bits count
   */
  public RandomStream(long seed) {
    generator = torch.make_generator_cpu(seed);
    generator.retainReference();
  }

  @Override
  public void close() {
    generator.close();
  }
}
