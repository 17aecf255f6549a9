package dev.palinode.decode.sampling;

/** Finds the largest logit, and checks that the logits are valid. */
final class Argmax {
  private Argmax() {}

  /**
   * The id of the largest logit, the lowest one among equals.
   *
   * @param logits {@code [vocab]}
   * @throws IllegalStateException if a logit is NaN or positive infinity, or none is above negative
   *     infinity
   */
  static int of(float[] logits) {
    int best = -1;
    float largest = Float.NEGATIVE_INFINITY;
    for (int id = 0; id < logits.length; id++) {
      // One comparison for larger values and NaN.
      if (!(logits[id] <= largest)) {
        largest = logits[id];
        best = id;
        if (!(largest < Float.POSITIVE_INFINITY)) {
          throw new IllegalStateException(
              "the logit of token " + id + " is " + largest + ": the weights may be damaged");
        }
      }
    }
    if (best < 0) {
      throw new IllegalStateException(
          "the logits leave no token to choose (the largest is "
              + largest
              + "): every token is forbidden, or the weights are damaged");
    }
    return best;
  }
}
