package dev.palinode.decode.sampling;

import java.util.Arrays;
import java.util.List;

/**
 * Natural logarithms of the probabilities that a softmax of logits {@code [vocab]} gives.
 *
 * <p>Of the logits as they are: hand in the model's own, before a {@link Sampler} has worked on
 * them, for the model's opinion. Nothing here changes them. Logits of negative infinity are
 * impossible tokens; every method throws {@link IllegalStateException} if a logit is NaN or
 * positive infinity, or if no token is possible.
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
   * @param id from 0 to the number of logits, not included
   * @return at most 0; negative infinity if the token is impossible
   */
  public static double of(float[] logits, int id) {
    return logprob(logits[id], logSumExp(logits));
  }

  /**
   * The most likely tokens, the most likely one first, the lowest id first among equals.
   *
   * @param n how many, at least 0; there are fewer where fewer tokens are possible
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

  /** At most 0, which rounding could exceed where one token has nearly all the probability. */
  private static double logprob(float logit, double normaliser) {
    return Math.min(logit - normaliser, 0);
  }
}
