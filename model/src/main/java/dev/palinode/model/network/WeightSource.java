package dev.palinode.model.network;

import dev.palinode.tensor.Tensor;

/** Where the weights of a network come from while it is built, by their names in checkpoints. */
@FunctionalInterface
public interface WeightSource {
  /** The weight of that name. It belongs to the innermost scope, or to whoever made it. */
  Tensor get(String name);
}
