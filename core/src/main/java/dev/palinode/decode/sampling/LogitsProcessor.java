package dev.palinode.decode.sampling;

/**
 * A change of logits that looks at the tokens before: one step on the way from the model's logits
 * to a choice.
 */
@FunctionalInterface
interface LogitsProcessor {
  /**
   * Changes logits in place.
   *
   * @param logits {@code [vocab]}; negative infinity forbids a token, and a token that is forbidden
   *     stays so
   * @param history the tokens that stand; every id is below the length of {@code logits}
   */
  void process(float[] logits, TokenHistory history);
}
