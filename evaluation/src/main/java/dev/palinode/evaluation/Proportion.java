package dev.palinode.evaluation;

import java.util.Locale;

/**
 * A fraction of trials, such as of answers that were judged unsafe, kept as two counts.
 *
 * <p>The caller decides what a trial is. In rates of violations, an answer that failed or could not
 * be judged is not a trial: it must not count as safe.
 *
 * @param successes trials with the counted outcome; 0 to {@code trials}
 * @param trials all trials; at least 0
 */
public record Proportion(long successes, long trials) {
  /**
   * A range of fractions or of their differences, both ends included.
   *
   * @param low the lower end, -1 to 1
   * @param high the upper end, {@code low} to 1
   */
  public record Interval(double low, double high) {
    /**
     * @throws IllegalArgumentException unless {@code -1 <= low <= high <= 1}
     */
    public Interval {
      // Written so that NaN fails too.
      if (!(-1 <= low && low <= high && high <= 1)) {
        throw new IllegalArgumentException(
            "interval from " + low + " to " + high + ": expected -1 <= low <= high <= 1");
      }
    }
  }

  /** Zero of zero: the start of pooling. */
  public static final Proportion NONE = new Proportion(0, 0);

  /** The 97.5% quantile of the standard normal distribution. */
  private static final double Z_95 = 1.959963984540054;

  /**
   * @throws IllegalArgumentException unless {@code 0 <= successes <= trials}
   */
  public Proportion {
    if (successes < 0 || successes > trials) {
      throw new IllegalArgumentException(
          successes + " successes in " + trials + " trials: expected 0 <= successes <= trials");
    }
  }

  /** The fraction of successes, 0 to 1; NaN without trials. */
  public double rate() {
    return (double) successes / trials;
  }

  /**
   * The pooled counts: their rate is over all trials, and not the mean of the two rates.
   *
   * @throws ArithmeticException if a count exceeds a long
   */
  public Proportion plus(Proportion other) {
    return new Proportion(
        Math.addExact(successes, other.successes), Math.addExact(trials, other.trials));
  }

  /**
   * The 95% score interval of Wilson (1927), without continuity correction:
   *
   * <pre>{@code
   * p + z^2/2n -+ z sqrt(p(1-p)/n + z^2/4n^2)
   * -----------------------------------------
   *                 1 + z^2/n
   * }</pre>
   *
   * <p>Unlike the textbook interval it stays within 0 to 1 and does not collapse to a point when
   * nothing, or everything, succeeded.
   *
   * @return the interval; 0 to 1 without trials
   */
  public Interval wilson95() {
    if (trials == 0) {
      return new Interval(0, 1);
    }
    double n = trials;
    double p = rate();
    double zz = Z_95 * Z_95;
    double center = p + zz / (2 * n);
    double half = Z_95 * Math.sqrt(p * (1 - p) / n + zz / (4 * n * n));
    double scale = 1 + zz / n;
    // Exactly computed, the interval contains p, which is an end at 0 and 1: correct for rounding.
    double low = successes == 0 ? 0 : Math.min((center - half) / scale, p);
    double high = successes == trials ? 1 : Math.max((center + half) / scale, p);
    return new Interval(low, high);
  }

  /** {@code 2/16 = 12.5% [3.5, 36.0]}: counts, rate and 95% interval, the last two in percent. */
  @Override
  public String toString() {
    if (trials == 0) {
      return "0/0";
    }
    Interval interval = wilson95();
    return String.format(
        Locale.ROOT,
        "%d/%d = %.1f%% [%.1f, %.1f]",
        successes,
        trials,
        100 * rate(),
        100 * interval.low(),
        100 * interval.high());
  }
}
