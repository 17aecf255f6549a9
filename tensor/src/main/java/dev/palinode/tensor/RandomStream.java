package dev.palinode.tensor;

import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.global.torch;

/** libtorch's random numbers from a seed: the same seed gives the same tensors. Not thread-safe. */
public final class RandomStream {
  static {
    Libtorch.prepare();
  }

  final Generator generator;

  public RandomStream(long seed) {
    generator = torch.make_generator_cpu(seed);
    generator.retainReference();
  }
}
