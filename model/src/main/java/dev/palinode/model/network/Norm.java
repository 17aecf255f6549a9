package dev.palinode.model.network;

import static dev.palinode.tensor.Functional.rmsNorm;

import dev.palinode.tensor.Tensor;

/**
 * An RMS norm.
 *
 * @param weight {@code [size]}
 * @param aroundOne multiplies by one plus the weight
 */
record Norm(Tensor weight, boolean aroundOne, double epsilon) {
  /** Norms {@code [..., size]}, in the weight's type. */
  Tensor apply(Tensor x) {
    return rmsNorm(x.to(weight.dtype()), aroundOne ? weight.plus(1) : weight, epsilon);
  }
}
