package dev.palinode.model.lora;

import dev.palinode.tensor.RandomStream;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.Tensors;

/**
 * Dropout of the updates' inputs in one pass. The mask is a function of the pass's seed and of the
 * layer, so that it is the same in a recomputed layer (gradient checkpointing) or a resumed run.
 *
 * @param seed of the pass
 * @param rate fraction that is dropped
 */
record LoraDropout(long seed, double rate) {
  private static final long FNV_PRIME = 0x100000001b3L;

  /**
   * The input with dropped elements set to 0. The others are not scaled up: {@link #factor} scales
   * the whole update instead, which is linear.
   */
  Tensor apply(String layer, Tensor x) {
    try (RandomStream random = new RandomStream(mixed(layer))) {
      return x.times(Tensors.bernoulli(1 - rate, random, x.shape()).to(x.device()));
    }
  }

  /** Factor of the updates, which keeps their mean. */
  double factor() {
    return 1 / (1 - rate);
  }

  /** Hash of seed and name. */
  private long mixed(String layer) {
    long bits = seed;
    for (int i = 0; i < layer.length(); i++) {
      bits = (bits ^ layer.charAt(i)) * FNV_PRIME;
    }
    bits = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L; // finalizer of SplitMix64
    bits = (bits ^ (bits >>> 27)) * 0x94d049bb133111ebL;
    return bits ^ (bits >>> 31);
  }
}
