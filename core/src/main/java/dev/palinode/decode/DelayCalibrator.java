package dev.palinode.decode;

import dev.palinode.token.Transcript;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Picks the delay of a {@link DelayedEventStream} so that few of the tokens that an undo discards
 * were sent.
 *
 * <p>With a window of w tokens, n - w tokens of an undo of n were sent. The result is the smallest
 * window that keeps the sent tokens below a given fraction of the discarded ones, in generations
 * like the recorded ones: same model, same kind of prompts, same settings. The smallest window that
 * fits the record would be too optimistic. So the mean excess per prompt (sent tokens minus the
 * fraction times the discarded tokens) has to be at most 0 at the upper end of a one-sided 95%
 * confidence interval over prompts, with one worst-case generation added to the record, as in
 * conformal risk control (Angelopoulos et al., 2022): small records need long windows, or are not
 * enough.
 *
 * @param window tokens of delay
 * @param sentShare fraction of the record's discarded tokens that would have been sent
 * @param discarded number of discarded tokens in the record
 */
public record DelayCalibrator(int window, double sentShare, long discarded) {
  private static final double NORMAL_QUANTILE_95 = 1.645;

  /**
   * Picks a window.
   *
   * @param recorded generations like those to be streamed, including those without an undo, grouped
   *     by prompt: several answers to one prompt are less evidence than answers to several
   * @param share fraction of the discarded tokens that may be sent, above 0 and below 1
   * @param maxNewTokens the most that a generation may discard
   * @return empty if the record is too small for this fraction: more than {@code maxNewTokens /
   *     share} discarded tokens are needed
   */
  public static Optional<DelayCalibrator> of(
      Collection<List<Transcript>> recorded, double share, int maxNewTokens) {
    if (!(share > 0 && share < 1)) {
      throw new IllegalArgumentException(
          "the share is " + share + ": expected more than 0 and less than 1");
    }
    if (maxNewTokens < 1) {
      throw new IllegalArgumentException(
          "maxNewTokens is " + maxNewTokens + ": expected 1 or more");
    }
    double worst = (1 - share) * maxNewTokens;
    for (int window = 0; window <= maxNewTokens; window++) {
      if (excess(recorded, share, window) + worst <= 0) {
        long discarded = recorded.stream().mapToLong(prompt -> sent(prompt, 0)).sum();
        return Optional.of(new DelayCalibrator(window, sentShare(recorded, window), discarded));
      }
    }
    return Optional.empty();
  }

  /** Upper end of the interval for the sum of all prompts' excesses. */
  private static double excess(Collection<List<Transcript>> recorded, double share, int window) {
    double sum = 0;
    double squares = 0;
    for (List<Transcript> prompt : recorded) {
      double excess = sent(prompt, window) - share * sent(prompt, 0);
      sum += excess;
      squares += excess * excess;
    }
    double deviations = Math.max(0, squares - sum * sum / Math.max(1, recorded.size()));
    return sum + NORMAL_QUANTILE_95 * Math.sqrt(deviations);
  }

  /** Fraction of the discarded tokens of other generations that this window would have sent. */
  public double sentShare(Collection<List<Transcript>> generations) {
    return sentShare(generations, window);
  }

  private static double sentShare(Collection<List<Transcript>> generations, int window) {
    long discarded = generations.stream().mapToLong(prompt -> sent(prompt, 0)).sum();
    long sent = generations.stream().mapToLong(prompt -> sent(prompt, window)).sum();
    return discarded == 0 ? 0 : (double) sent / discarded;
  }

  /** Discarded tokens that a stream with this window would have sent. */
  private static long sent(List<Transcript> generations, int window) {
    return generations.stream()
        .flatMap(generation -> generation.withdrawals().stream())
        .mapToLong(undo -> Math.max(0, undo.tokens() - window))
        .sum();
  }
}
