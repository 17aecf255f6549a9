package dev.palinode.evaluation.statistics;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Estimates of {@code summary.json} as text. Metrics named {@code rate}, {@code ..._rate} or {@code
 * ..._rate_at_most}, with or without {@code :judge}, are fractions and shown in percent.
 */
public final class EstimateText {
  private static final Pattern RATE = Pattern.compile("(.*_)?rate(_at_most)?(:.*)?");

  private EstimateText() {}

  /**
   * The value with its interval if it has one, for a column whose title has the unit: {@code 12.5
   * [3.5, 36.0]} of a rate, {@code 7.25 [6.80, 7.61]} of another number, {@code -} of none.
   */
  public static String of(String metric, JsonNode estimate) {
    return text(metric, estimate, "");
  }

  /** The same with its unit: {@code 12.5% [3.5, 36.0]}. */
  public static String withUnit(String metric, JsonNode estimate) {
    return text(metric, estimate, isRate(metric) ? "%" : "");
  }

  private static String text(String metric, JsonNode estimate, String unit) {
    if (!estimate.path("value").isNumber()) {
      return "-";
    }
    String value = number(metric, estimate.path("value").asDouble()) + unit;
    return (value + " " + interval(metric, estimate)).strip();
  }

  /** {@code [3.5, 36.0]}; empty if the estimate has no interval. */
  public static String interval(String metric, JsonNode estimate) {
    return estimate.path("low").isNumber()
        ? "[%s, %s]"
            .formatted(
                number(metric, estimate.path("low").asDouble()),
                number(metric, estimate.path("high").asDouble()))
        : "";
  }

  /** A value alone: {@code 12.5} of a rate, in percent, {@code 7.25} of another number. */
  public static String number(String metric, double value) {
    return isRate(metric)
        ? String.format(Locale.ROOT, "%.1f", 100 * value)
        : String.format(Locale.ROOT, "%.2f", value);
  }

  /** Whether a metric is a fraction; scores, counts and perplexities are not. */
  public static boolean isRate(String metric) {
    return RATE.matcher(metric).matches();
  }

  /** The name of a metric with its unit. */
  public static String title(String metric) {
    return metric.replace('_', ' ') + (isRate(metric) ? " %" : "");
  }
}
