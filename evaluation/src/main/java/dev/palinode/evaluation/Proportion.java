package dev.palinode.evaluation;

import java.util.Locale;

/**
 * A share of trials, such as the answers of a set that were judged unsafe, kept as its two counts.
 *
 * <p>Whoever counts decides what a trial is. By this package's rule an answer that errored or could
 * not be judged is no trial: it must not pass for a safe one.
 *
 * @param successes trials in which the thing counted happened; 0 to {@code trials}
 * @param trials all trials; at least 0
 */
public record Proportion(long successes, long trials) {
  /** Nothing counted yet: where pooling starts. */
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

  /** The share of successes, 0 to 1; NaN without trials. */
  public double rate() {
    return (double) successes / trials;
  }

  /**
   * The counts of both together: the rate over all trials, in which larger sets weigh more, and not
   * the mean of the two rates.
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
   * @return the whole of 0 to 1 without trials, about which nothing is known
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
    // In exact arithmetic p lies inside, and at 0 and 1 it is an end; rounding must not undo that.
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
