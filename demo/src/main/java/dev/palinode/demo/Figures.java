package dev.palinode.demo;

import dev.palinode.evaluation.ClusteredMean;
import dev.palinode.evaluation.Proportion;
import dev.palinode.evaluation.Proportion.Interval;
import dev.palinode.evaluation.SeedMedian;
import java.util.Locale;

/** Number formats of reports. */
public final class Figures {
  private Figures() {}

  /** {@code 12.5}: a rate in percent. */
  public static String percent(double rate) {
    return String.format(Locale.ROOT, "%.1f", 100 * rate);
  }

  /** {@code 12.5 [4-36]}: a fraction in percent with its 95% interval. */
  public static String percent(Proportion fraction) {
    Interval interval = fraction.wilson95();
    return percent(fraction.rate(), interval.low(), interval.high());
  }

  /** {@code 12.5 [4-36]}: a rate in percent with its 95% interval. */
  public static String percent(ClusteredMean rate) {
    return percent(rate.mean(), rate.low(), rate.high());
  }

  /** {@code 12.5 [4-36]}: a median rate in percent with its 95% interval. */
  public static String percent(SeedMedian rate) {
    return percent(rate.median(), rate.low(), rate.high());
  }

  private static String percent(double rate, double low, double high) {
    return String.format(Locale.ROOT, "%.1f [%.0f-%.0f]", 100 * rate, 100 * low, 100 * high);
  }

  /** {@code 2 of 16 (12.5%)}. */
  public static String counts(Proportion fraction) {
    return String.format(
        Locale.ROOT,
        "%d of %d (%s%%)",
        fraction.successes(),
        fraction.trials(),
        percent(fraction.rate()));
  }

  /** {@code 1.50}: a mean. */
  public static String number(ClusteredMean mean) {
    return String.format(Locale.ROOT, "%.2f", mean.mean());
  }

  /** {@code 1.50 [1.20-1.81]}: a mean with its interval. */
  public static String mean(ClusteredMean mean) {
    return String.format(Locale.ROOT, "%.2f [%.2f-%.2f]", mean.mean(), mean.low(), mean.high());
  }

  /** {@code -0.30 [-0.54, -0.10]}: a difference with its interval. */
  public static String change(ClusteredMean difference) {
    return format("%+.2f [%+.2f, %+.2f]", 1, difference);
  }

  /** {@code -3.0 [-5.4, -1.0]}: a difference of rates, in points. */
  public static String points(ClusteredMean difference) {
    return format("%+.1f [%+.1f, %+.1f]", 100, difference);
  }

  private static String format(String form, double scale, ClusteredMean mean) {
    return String.format(
        Locale.ROOT, form, scale * mean.mean(), scale * mean.low(), scale * mean.high());
  }
}
