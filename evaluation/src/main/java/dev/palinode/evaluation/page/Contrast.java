package dev.palinode.evaluation.page;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.evaluation.statistics.Estimate;
import dev.palinode.evaluation.statistics.EstimateText;
import dev.palinode.evaluation.statistics.PigeonholeBootstrap;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A method beside its baseline, in one number of one benchmark.
 *
 * @param change the method's minus the baseline's, on the prompts that both answered
 */
record Contrast(
    Method method,
    Method baseline,
    String benchmark,
    Measure measure,
    Measure before,
    Estimate change) {

  /**
   * All methods beside the first one that has benchmarks in common with them, and the same
   * settings.
   */
  static List<Contrast> of(List<Method> methods) {
    List<Contrast> all = new ArrayList<>();
    for (Method method : methods) {
      baseline(method, methods).ifPresent(baseline -> all.addAll(of(method, baseline)));
    }
    return all;
  }

  private static Optional<Method> baseline(Method method, List<Method> methods) {
    return methods.stream()
        .filter(other -> other.isComparable(method))
        .filter(other -> other.name().suffix().equals(method.name().suffix()))
        .findFirst()
        .filter(first -> !first.equals(method));
  }

  private static List<Contrast> of(Method method, Method baseline) {
    List<Contrast> all = new ArrayList<>();
    for (Map.Entry<String, JsonNode> each : method.numbers().entrySet()) {
      Set<String> metrics = new LinkedHashSet<>();
      metrics.add(each.getValue().path("metric").asText());
      if (method.hasResets() || baseline.hasResets()) {
        metrics.add(Method.RESETS);
      }
      for (String metric : metrics) {
        of(method, baseline, each.getKey(), metric).ifPresent(all::add);
      }
    }
    return all;
  }

  /** Empty if one of them has no such number, or they share no prompt. */
  private static Optional<Contrast> of(
      Method method, Method baseline, String benchmark, String metric) {
    Optional<Measure> measure = method.measure(benchmark, metric);
    Optional<Measure> before = baseline.measure(benchmark, metric);
    if (measure.isEmpty() || before.isEmpty()) {
      return Optional.empty();
    }
    Estimate change =
        PigeonholeBootstrap.difference(
            method.outcomes(benchmark, metric), baseline.outcomes(benchmark, metric));
    return Optional.of(
            new Contrast(method, baseline, benchmark, measure.get(), before.get(), change))
        .filter(it -> change.n() > 0);
  }

  String metric() {
    return measure.metric();
  }

  /** Whether the interval says in which direction the change is. */
  boolean isClear() {
    return change.low() > 0 || change.high() < 0;
  }

  /** {@code -79.6}, in points of a rate. */
  String text() {
    return signed(change.value());
  }

  /** {@code [-85.4, -73.2]}; empty if nothing varies, and so nothing is known. */
  String interval() {
    return change.method() == Estimate.Method.NO_SPREAD || Double.isNaN(change.low())
        ? ""
        : "[" + signed(change.low()) + ", " + signed(change.high()) + "]";
  }

  private String signed(double value) {
    String number = EstimateText.number(metric(), value);
    return value > 0 ? "+" + number : number;
  }
}
