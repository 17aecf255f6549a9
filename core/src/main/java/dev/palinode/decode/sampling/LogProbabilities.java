package dev.palinode.decode.sampling;

import java.util.Arrays;
import java.util.List;

/**
 * Log-softmax of logits {@code [vocab]}, with natural logarithms.
 *
 * <p>For the model's probabilities, call these methods before a {@link Sampler} processes the
 * logits. They do not change the logits. Logits of negative infinity are impossible tokens; every
 * method throws {@link IllegalStateException} if a logit is NaN or positive infinity, or if no
 * token is possible.
 */
public final class LogProbabilities {
  private LogProbabilities() {}

  /** {@code log(sum(e^logit))}, without overflow. */
  public static double logSumExp(float[] logits) {
    float largest = logits[Argmax.of(logits)];
    double sum = 0;
    for (float logit : logits) {
      sum += FastExp.of((double) logit - largest);
    }
    return largest + Math.log(sum);
  }

  /**
   * The log-probability of one token.
   *
   * @param id at least 0 and below the number of logits
   * @return at most 0; negative infinity if the token is impossible
   */
  public static double of(float[] logits, int id) {
    return logprob(logits[id], logSumExp(logits));
  }

  /**
   * The most likely tokens, the most likely one first, the lowest id first among equals.
   *
   * @param n the most tokens to return, at least 0; fewer if fewer are possible
   */
  public static List<TokenLogprob> top(float[] logits, int n) {
    if (n < 0) {
      throw new IllegalArgumentException("n is " + n + ": expected 0 or more");
    }
    double normaliser = logSumExp(logits);
    int k = Math.min(n, logits.length);
    if (k == 0) {
      return List.of();
    }
    return Arrays.stream(LargestLogits.ids(logits, k))
        .filter(id -> logits[id] != Float.NEGATIVE_INFINITY)
        .mapToObj(id -> new TokenLogprob(id, logprob(logits[id], normaliser)))
        .toList();
  }

  /** Clamped to 0, which rounding could exceed for a token with nearly all the probability. */
  private static double logprob(float logit, double normaliser) {
    return Math.min(logit - normaliser, 0);
  }
}
