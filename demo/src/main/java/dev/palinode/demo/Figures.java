package dev.palinode.demo;

import dev.palinode.evaluation.statistics.Estimate;
import dev.palinode.evaluation.statistics.Proportion;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Number formats of reports. */
public final class Figures {
  private Figures() {}

  /** {@code 12.5}: a rate in percent. */
  public static String percent(double rate) {
    return String.format(Locale.ROOT, "%.1f", 100 * rate);
  }

  /** {@code 12.5 [4-36]}: a rate in percent with its 95% interval. */
  public static String percent(Estimate rate) {
    return format("%.1f", " [%.0f-%.0f]", 100, rate);
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
  public static String number(Estimate mean) {
    return String.format(Locale.ROOT, "%.2f", mean.value());
  }

  /** {@code 1.50 [1.20-1.81]}: a mean with its interval. */
  public static String mean(Estimate mean) {
    return format("%.2f", " [%.2f-%.2f]", 1, mean);
  }

  /** {@code 15.5 [8.5-22.0]}: a mean per answer, in that many answers. */
  public static String meanIn(int answers, Estimate mean) {
    return format("%.1f", " [%.1f-%.1f]", answers, mean);
  }

  /** {@code -0.30 [-0.54, -0.10]}: a difference with its interval. */
  public static String change(Estimate difference) {
    return format("%+.2f", " [%+.2f, %+.2f]", 1, difference);
  }

  /** {@code -3.0 [-5.4, -1.0]}: a difference of rates, in points. */
  public static String points(Estimate difference) {
    return changeIn(100, difference);
  }

  /** {@code -15.0 [-45.0, +0.6]}: a difference of means per answer, in that many answers. */
  public static String changeIn(int answers, Estimate difference) {
    return format("%+.1f", " [%+.1f, %+.1f]", answers, difference);
  }

  /** {@code 91.3, 79.0, 92.0}: rates of each seed, in percent. */
  public static String percents(List<Double> rates) {
    return rates.stream().map(Figures::percent).collect(Collectors.joining(", "));
  }

  /** Of one seed there is no interval. */
  private static String format(String value, String interval, double scale, Estimate number) {
    String text = String.format(Locale.ROOT, value, scale * number.value());
    return number.clusters() == 1
        ? text
        : text + String.format(Locale.ROOT, interval, scale * number.low(), scale * number.high());
  }
}
