package dev.palinode.evaluation.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.palinode.evaluation.statistics.Estimate;
import dev.palinode.evaluation.statistics.PigeonholeBootstrap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What has a row in the tables: the runs of one label with the same settings, of one model or of
 * several that were trained with other seeds.
 */
record Method(List<ReportedRun> runs) {
  static final String RESETS = "reset_rate";

  /** Groups runs by label and settings: labels in their order, settings by value. */
  static List<Method> of(List<ReportedRun> runs) {
    Map<String, Map<String, List<ReportedRun>>> byLabel = new LinkedHashMap<>();
    runs.forEach(
        run ->
            byLabel
                .computeIfAbsent(run.name().method(), it -> new LinkedHashMap<>())
                .computeIfAbsent(run.name().label(), it -> new ArrayList<>())
                .add(run));
    return byLabel.values().stream()
        .flatMap(
            settings ->
                settings.values().stream()
                    .map(Method::new)
                    .sorted(Comparator.comparing(Method::name, RunName.BY_SETTINGS)))
        .toList();
  }

  /** Groups methods into those that have benchmarks in common, if only by others. */
  static List<List<Method>> families(List<Method> methods) {
    List<List<Method>> families = new ArrayList<>();
    for (Method method : methods) {
      List<List<Method>> matching =
          families.stream().filter(each -> each.stream().anyMatch(method::isComparable)).toList();
      List<Method> family = matching.isEmpty() ? new ArrayList<>() : matching.get(0);
      matching.stream().skip(1).forEach(family::addAll);
      families.removeAll(matching.subList(Math.min(1, matching.size()), matching.size()));
      family.add(method);
      if (matching.isEmpty()) {
        families.add(family);
      }
    }
    return families;
  }

  /** Whether both have a benchmark. */
  boolean isComparable(Method other) {
    return !Collections.disjoint(benchmarks().keySet(), other.benchmarks().keySet());
  }

  RunName name() {
    return runs.get(0).name();
  }

  String label() {
    return name().label();
  }

  Set<String> seeds() {
    Set<String> seeds = new LinkedHashSet<>();
    runs.forEach(run -> seeds.add(run.name().seed()));
    return seeds;
  }

  /** The names of its benchmarks, with one of each that says what it is. */
  Map<String, JsonNode> benchmarks() {
    Map<String, JsonNode> all = new LinkedHashMap<>();
    runs.forEach(run -> run.benchmarks().forEach(all::putIfAbsent));
    return all;
  }

  Set<String> attacks() {
    Set<String> all = new LinkedHashSet<>();
    runs.forEach(run -> all.addAll(run.attacks().keySet()));
    return all;
  }

  /** Of each model the first run that has a benchmark or attack. */
  List<ReportedRun> with(String subject) {
    Map<String, ReportedRun> bySeed = new LinkedHashMap<>();
    for (ReportedRun run : runs) {
      if (!numbers(run, subject).isMissingNode()) {
        bySeed.putIfAbsent(run.name().seed(), run);
      }
    }
    return List.copyOf(bySeed.values());
  }

  /** What a run's summary has of a benchmark or attack. */
  static JsonNode numbers(ReportedRun run, String subject) {
    return run.isAttack()
        ? run.attacks().getOrDefault(subject, MissingNode.getInstance())
        : run.benchmarks().getOrDefault(subject, MissingNode.getInstance());
  }

  /**
   * A number of a benchmark or attack: of one model as its summary has it; of several, their mean.
   */
  Optional<Measure> measure(String subject, String metric) {
    List<JsonNode> estimates =
        with(subject).stream()
            .map(run -> numbers(run, subject).path("metrics").path(metric))
            .filter(estimate -> estimate.path("value").isNumber())
            .toList();
    List<Double> bySeed = estimates.stream().map(it -> it.path("value").asDouble()).toList();
    return switch (estimates.size()) {
      case 0 -> Optional.empty();
      case 1 -> Optional.of(new Measure(metric, estimates.get(0), bySeed));
      default -> Optional.of(new Measure(metric, mean(subject, metric, bySeed).toJson(), bySeed));
    };
  }

  private Estimate mean(String subject, String metric, List<Double> bySeed) {
    List<Map<String, Double>> outcomes = outcomes(subject, metric);
    double mean = bySeed.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    return outcomes.size() == bySeed.size()
        ? PigeonholeBootstrap.mean(outcomes)
        : new Estimate(mean, Double.NaN, Double.NaN, 0, 0, Estimate.Method.CLUSTER_BOOTSTRAP);
  }

  /** Whether any answer to any benchmark has a reset. */
  boolean hasResets() {
    return benchmarks().keySet().stream()
        .flatMap(benchmark -> measure(benchmark, RESETS).stream())
        .anyMatch(measure -> measure.value() > 0);
  }

  /** Of each model, the mean outcome of each prompt or behaviour. */
  List<Map<String, Double>> outcomes(String subject, String metric) {
    return with(subject).stream()
        .map(run -> run.means().getOrDefault(subject, Map.of()).get(metric))
        .filter(Objects::nonNull)
        .toList();
  }

  Stream<Sample> samples() {
    return runs.stream().flatMap(run -> run.samples().stream());
  }
}
