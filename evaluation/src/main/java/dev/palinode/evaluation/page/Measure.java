package dev.palinode.evaluation.page;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.evaluation.statistics.EstimateText;
import java.util.Collections;
import java.util.List;

/**
 * A number of a method.
 *
 * @param metric its name
 * @param estimate over all its models, as in a summary
 * @param bySeed the value of each model that has one
 */
record Measure(String metric, JsonNode estimate, List<Double> bySeed) {
  double value() {
    return estimate.path("value").asDouble();
  }

  boolean isRate() {
    return EstimateText.isRate(metric);
  }

  /** The value, without a unit. */
  String text() {
    return EstimateText.number(metric, value());
  }

  /** {@code 80.0%} of a rate. */
  String withUnit() {
    return text() + (isRate() ? "%" : "");
  }

  /** The interval, and how far the models differ; empty if neither is known. */
  String note() {
    String interval = EstimateText.interval(metric, estimate);
    String range = range();
    return range.isEmpty() || interval.isEmpty() ? interval + range : interval + ", " + range;
  }

  /** {@code seeds 69.3 to 91.3}; empty of one model. */
  String range() {
    return bySeed.size() < 2
        ? ""
        : "seeds "
            + EstimateText.number(metric, Collections.min(bySeed))
            + " to "
            + EstimateText.number(metric, Collections.max(bySeed));
  }
}
