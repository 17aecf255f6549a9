package dev.palinode.evaluation.page;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.evaluation.statistics.EstimateText;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

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

  /** {@code 80.0% [76.1, 83.4]}. */
  String whole() {
    return EstimateText.withUnit(metric, estimate);
  }

  /** The interval, and how far the models differ, as far as they are known. */
  List<String> notes() {
    return Stream.of(EstimateText.interval(metric, estimate), range())
        .filter(note -> !note.isEmpty())
        .toList();
  }

  /** {@code seeds 69.3 to 91.3}; empty of one model. */
  String range() {
    if (bySeed.size() < 2) {
      return "";
    }
    String low = EstimateText.number(metric, Collections.min(bySeed));
    String high = EstimateText.number(metric, Collections.max(bySeed));
    return low.equals(high) ? "all seeds " + low : "seeds " + low + " to " + high;
  }
}
