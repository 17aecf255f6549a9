package dev.palinode.decode.sampling;

import java.util.Arrays;
import java.util.List;
import org.apache.commons.lang3.Validate;

/**
 * Log-softmax of logits {@code [vocab]}, with natural logarithms.
 *
 * <p>For the model's probabilities, call these methods before a {@link Sampler} processes the
 * logits. They do not change them. Every method throws {@link IllegalStateException} if a logit is
 * NaN or positive infinity, or if all are negative infinity.
 */
public final class LogProbabilities {
  private LogProbabilities() {}

  /** {@code log(sum(e^logit))}, without overflow. */
  public static double logSumExp(float[] logits) {
    float largest = logits[LargestLogits.id(logits)];
    double sum = 0;
    for (float logit : logits) {
      sum += FastExp.of((double) logit - largest);
    }
    return largest + Math.log(sum);
  }

  /**
   * The most likely tokens, the most likely one first, the lowest id first among equals.
   *
   * @param n the most tokens to return, at least 0; fewer if fewer are possible
   */
  public static List<LikelyToken> top(float[] logits, int n) {
    Validate.isTrue(n >= 0, "n is %s: expected 0 or more", n);
    double normaliser = logSumExp(logits);
    int k = Math.min(n, logits.length);
    if (k == 0) {
      return List.of();
    }
    return Arrays.stream(LargestLogits.ids(logits, k))
        .filter(id -> logits[id] != Float.NEGATIVE_INFINITY)
        .mapToObj(id -> new LikelyToken(id, logprob(logits[id], normaliser)))
        .toList();
  }

  /** Clamped to 0, which rounding could exceed for a token with nearly all the probability. */
  private static double logprob(float logit, double normaliser) {
    return Math.min(logit - normaliser, 0);
  }
}
