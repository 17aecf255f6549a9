package dev.palinode.model;

import static dev.palinode.tensor.Functional.rmsNorm;

import dev.palinode.tensor.Tensor;

/**
 * An RMS norm.
 *
 * @param weight {@code [size]}
 * @param aroundOne it multiplies by one plus the weight
 */
record Norm(Tensor weight, boolean aroundOne, double epsilon) {
  /**
   * @param x {@code [..., size]}
   */
  Tensor apply(Tensor x) {
    return rmsNorm(x, aroundOne ? weight.plus(1) : weight, epsilon);
  }
}
