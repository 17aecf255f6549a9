package dev.palinode.decode;

import dev.palinode.token.Transcript;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.commons.lang3.Validate;

/**
 * The smallest delay of a {@link DelayedEventStream} with which at most a given fraction of the
 * discarded tokens was sent, in generations like the recorded ones: same model, same kind of
 * prompts, same settings.
 *
 * <p>With a window of w tokens, n - w tokens of an undo of n were sent. The mean excess per prompt
 * (sent tokens minus the fraction times the discarded tokens) has to be at most 0 at the upper end
 * of a one-sided 95% confidence interval over prompts, with one worst-case generation added to the
 * record, as in conformal risk control (Angelopoulos et al., 2022).
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
    Validate.isTrue(
        share > 0 && share < 1, "max shown is %s: expected more than 0 and less than 1", share);
    Validate.isTrue(maxNewTokens >= 1, "maxNewTokens is %s: expected 1 or more", maxNewTokens);
    double worst = (1 - share) * maxNewTokens;
    for (int window = 0; window <= maxNewTokens; window++) {
      if (excess(recorded, share, window) + worst <= 0) {
        DelayCalibrator found = new DelayCalibrator(window, 0, sent(recorded, 0));
        return Optional.of(new DelayCalibrator(window, found.sentShare(recorded), found.discarded));
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
    long discarded = sent(generations, 0);
    return discarded == 0 ? 0 : (double) sent(generations, window) / discarded;
  }

  private static long sent(Collection<List<Transcript>> generations, int window) {
    return generations.stream().mapToLong(prompt -> sent(prompt, window)).sum();
  }

  private static long sent(List<Transcript> generations, int window) {
    return generations.stream().mapToLong(generation -> generation.shown(window)).sum();
  }
}
