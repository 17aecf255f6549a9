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
    String value = number(metric, estimate.path("value")) + unit;
    return estimate.path("low").isNumber()
        ? "%s [%s, %s]"
            .formatted(
                value, number(metric, estimate.path("low")), number(metric, estimate.path("high")))
        : value;
  }

  private static String number(String metric, JsonNode value) {
    return isRate(metric)
        ? String.format(Locale.ROOT, "%.1f", 100 * value.asDouble())
        : String.format(Locale.ROOT, "%.2f", value.asDouble());
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
