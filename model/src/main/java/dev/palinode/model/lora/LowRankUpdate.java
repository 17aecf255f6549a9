package dev.palinode.model.lora;

import static dev.palinode.tensor.Functional.linear;

import dev.palinode.tensor.Tensor;

/**
 * The update of one linear layer: {@code scaling * B A}.
 *
 * @param a {@code [rank, in]}
 * @param b {@code [out, rank]}
 * @param scaling its factor
 */
record LowRankUpdate(Tensor a, Tensor b, double scaling) {
  /**
   * @param x {@code [..., in]}
   * @return {@code [..., out]}
   */
  Tensor apply(Tensor x) {
    return linear(linear(x, a), b).times(scaling);
  }

  /** The same update times a factor. */
  LowRankUpdate scaled(double factor) {
    return new LowRankUpdate(a, b, scaling * factor);
  }

  /** The update as a matrix, {@code [out, in]}. */
  Tensor matrix() {
    return b.matmul(a).times(scaling);
  }
}
