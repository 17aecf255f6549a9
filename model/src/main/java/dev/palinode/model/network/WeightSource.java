package dev.palinode.model.network;

import dev.palinode.tensor.Tensor;

/** Source of the weights of a network while it is built, by their names in checkpoints. */
@FunctionalInterface
public interface WeightSource {
  /** The weight of that name. It belongs to the innermost scope or to the source. */
  Tensor get(String name);
}
