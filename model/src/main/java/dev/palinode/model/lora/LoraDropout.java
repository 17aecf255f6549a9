package dev.palinode.model.lora;

import dev.palinode.tensor.RandomStream;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.Tensors;

/**
 * Inputs of updates that are left out in one pass: which ones is a function of the pass's seed and
 * of the layer, so that a layer that is computed again, or a run that is resumed, leaves out the
 * same.
 *
 * @param seed of the pass
 * @param rate share that is left out
 */
record LoraDropout(long seed, double rate) {
  private static final long FNV_PRIME = 0x100000001b3L;

  /**
   * The input with what is left out set to 0. What is left is not made larger: {@link #factor} is
   * for the update as a whole, which is linear.
   *
   * @param layer its name
   * @param x {@code [..., in]}
   */
  Tensor apply(String layer, Tensor x) {
    try (RandomStream random = new RandomStream(mixed(layer))) {
      return x.times(Tensors.bernoulli(1 - rate, random, x.shape()).to(x.device()));
    }
  }

  /** What updates are multiplied by, so that they are the same on average. */
  double factor() {
    return 1 / (1 - rate);
  }

  /** Seed and name, with every bit of them in all bits of the result. */
  private long mixed(String layer) {
    long bits = seed;
    for (int i = 0; i < layer.length(); i++) {
      bits = (bits ^ layer.charAt(i)) * FNV_PRIME;
    }
    bits = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L; // as SplitMix64 ends
    bits = (bits ^ (bits >>> 27)) * 0x94d049bb133111ebL;
    return bits ^ (bits >>> 31);
  }
}
