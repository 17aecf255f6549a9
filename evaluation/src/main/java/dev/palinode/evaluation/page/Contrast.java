package dev.palinode.evaluation.page;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.evaluation.statistics.Estimate;
import dev.palinode.evaluation.statistics.EstimateText;
import dev.palinode.evaluation.statistics.PigeonholeBootstrap;
import dev.palinode.text.Printable;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A method beside its baseline, in one number of one benchmark.
 *
 * @param direction which is better, {@code lower} or {@code higher}; empty if unknown
 * @param change the method's minus the baseline's, on the prompts that both answered
 */
record Contrast(
    Method method,
    Method baseline,
    String benchmark,
    String direction,
    Measure measure,
    Measure before,
    Estimate change) {
  /** The widest interval around 0 that still counts as no difference, of a rate. */
  private static final double WIDE = 0.05;

  /** So many prompts with the same change are no chance: McNemar's exact test, p = 0.03. */
  private static final int ALIKE = 6;

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
    boolean hasResets = method.hasResets() || baseline.hasResets();
    List<Contrast> all = new ArrayList<>();
    method
        .numbers()
        .forEach(
            (benchmark, numbers) -> {
              String counting = numbers.path("metric").asText();
              String direction = numbers.path("direction").asText();
              of(method, baseline, benchmark, counting, direction).ifPresent(all::add);
              for (String metric : besides(numbers, hasResets)) {
                String better = metric.equals(Method.SHOWN) ? direction : "";
                of(method, baseline, benchmark, metric, better).ifPresent(all::add);
              }
            });
    return all;
  }

  /**
   * Metrics beside the one that counts: resets and what was shown before them, and what is checked
   * of answers that may be unsafe.
   */
  private static Set<String> besides(JsonNode numbers, boolean hasResets) {
    Set<String> metrics = new LinkedHashSet<>();
    if (Method.isOfViolations(numbers)) {
      numbers.path("metrics").fieldNames().forEachRemaining(metrics::add);
      metrics.removeIf(name -> !name.endsWith("_rate") || name.equals(Method.VIOLATIONS));
    }
    if (hasResets) {
      metrics.add(Method.RESETS);
    } else {
      metrics.removeAll(Set.of(Method.RESETS, Method.SHOWN));
    }
    return metrics;
  }

  /** Empty if one of them has no such number, or they share no prompt. */
  private static Optional<Contrast> of(
      Method method, Method baseline, String benchmark, String metric, String direction) {
    Optional<Measure> measure = method.measure(benchmark, metric);
    Optional<Measure> before = baseline.measure(benchmark, metric);
    if (measure.isEmpty() || before.isEmpty()) {
      return Optional.empty();
    }
    Estimate change =
        PigeonholeBootstrap.difference(
            method.outcomes(benchmark, metric), baseline.outcomes(benchmark, metric));
    return Optional.of(
            new Contrast(
                method, baseline, benchmark, direction, measure.get(), before.get(), change))
        .filter(it -> change.n() > 0);
  }

  String metric() {
    return measure.metric();
  }

  boolean isOfViolations() {
    return metric().equals(Method.VIOLATIONS);
  }

  /** Whether the number is of what is checked of answers beside the verdict. */
  boolean isCheck() {
    return direction.isEmpty() && !metric().equals(Method.RESETS);
  }

  /** {@code violations}, {@code grammatical rate}. */
  String name() {
    return switch (metric()) {
      case Method.VIOLATIONS -> "violations";
      case Method.SHOWN -> "unsafe text ever shown";
      default -> Printable.escape(metric().replace('_', ' '));
    };
  }

  /** Whether the interval says in which direction the change is. */
  boolean isClear() {
    return hasInterval()
        ? change.low() > 0 || change.high() < 0
        : change.value() != 0 && change.n() >= ALIKE;
  }

  /** {@code -79.6}, in points of a rate. */
  String text() {
    return signed(change.value());
  }

  /** {@code [-85.4, -73.2]}; empty if nothing varies, and so nothing is known. */
  String interval() {
    return hasInterval() ? "[" + signed(change.low()) + ", " + signed(change.high()) + "]" : "";
  }

  private boolean hasInterval() {
    return change.method() != Estimate.Method.NO_SPREAD && !Double.isNaN(change.low());
  }

  private String signed(double value) {
    String number = EstimateText.number(metric(), value);
    return value > 0 ? "+" + number : number;
  }

  /** {@code undo lowers violations on hazard from 80.0% to 0.4% (by ...).} */
  String sentence() {
    String what = name() + " on " + Printable.escape(benchmark);
    if (isClear()) {
      return "%s %s %s from %s to %s (%s%s%s, %s)."
          .formatted(
              method.label(),
              change.value() < 0 ? "lowers" : "raises",
              what,
              before.withUnit(),
              measure.withUnit(),
              text(),
              unit(),
              hasInterval() ? ", 95% interval " + interval() : ", the same on every prompt",
              size());
    }
    return "%s in %s: %s with %s, %s with %s%s (%s)."
        .formatted(
            isWide() ? "Too little data to tell a difference" : "No clear difference",
            what,
            measure.withUnit(),
            method.label(),
            before.withUnit(),
            baseline.label(),
            hasInterval() ? "; " + range() : ", the same on every prompt",
            size());
  }

  private boolean isWide() {
    return hasInterval()
        ? measure.isRate() && change.high() - change.low() > WIDE
        : change.n() < ALIKE;
  }

  /** {@code it may be between 4.2 points worse and 0.9 better}. */
  private String range() {
    boolean isBetterFirst = direction.equals("lower");
    return "it may be between %s%s %s and %s %s"
        .formatted(
            EstimateText.number(metric(), Math.abs(change.low())),
            unit(),
            direction.isEmpty() ? "lower" : isBetterFirst ? "better" : "worse",
            EstimateText.number(metric(), Math.abs(change.high())),
            direction.isEmpty() ? "higher" : isBetterFirst ? "worse" : "better");
  }

  private String unit() {
    return measure.isRate() ? " points" : "";
  }

  /** {@code 150 prompts in common, 3 seeds each}. */
  private String size() {
    int mine = measure.bySeed().size();
    int theirs = before.bySeed().size();
    String prompts =
        String.format(
            Locale.ROOT, "%,d %s in common", change.n(), change.n() == 1 ? "prompt" : "prompts");
    if (mine == 1 && theirs == 1) {
      return prompts;
    }
    return mine == theirs
        ? prompts + ", " + mine + " seeds each"
        : prompts + ", " + mine + " and " + theirs + " seeds";
  }
}
