package dev.palinode.evaluation.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.palinode.evaluation.statistics.Estimate;
import dev.palinode.evaluation.statistics.PigeonholeBootstrap;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What has a row in the tables: the runs of one label with the same settings, of one model or of
 * several that were trained with other seeds; all are evaluations, or all attacks. Not thread-safe.
 */
final class Method {
  static final String VIOLATIONS = "violation_rate";
  static final String RESETS = "reset_rate";
  static final String SHOWN = "ever_shown_rate";

  private final List<ReportedRun> runs;
  private final Map<List<String>, Optional<Measure>> measures = new HashMap<>(); // take long

  Method(List<ReportedRun> runs) {
    this.runs = List.copyOf(runs);
  }

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
      List<List<Method>> joined =
          families.stream().filter(each -> each.stream().anyMatch(method::isComparable)).toList();
      families.removeAll(joined);
      families.add(
          Stream.concat(joined.stream().flatMap(List::stream), Stream.of(method)).toList());
    }
    families.sort(Comparator.comparing(family -> methods.indexOf(family.get(0))));
    return families;
  }

  /** Whether both have a benchmark. */
  boolean isComparable(Method other) {
    return !Collections.disjoint(numbers().keySet(), other.numbers().keySet());
  }

  List<ReportedRun> runs() {
    return runs;
  }

  RunName name() {
    return runs.get(0).name();
  }

  String label() {
    return name().label();
  }

  /** The names of its benchmarks or attacks, with the numbers of one run of each. */
  Map<String, JsonNode> numbers() {
    return numbersOf(List.of(this));
  }

  /** The same of several methods. */
  static Map<String, JsonNode> numbersOf(Collection<Method> methods) {
    Map<String, JsonNode> all = new LinkedHashMap<>();
    methods.stream()
        .flatMap(method -> method.runs.stream())
        .forEach(run -> run.facts().numbers().forEach(all::putIfAbsent));
    return all;
  }

  /** Whether violations are what a benchmark with these numbers counts. */
  static boolean isOfViolations(JsonNode numbers) {
    return numbers.path("metric").asText().equals(VIOLATIONS);
  }

  /** Of each model the numbers of the first run that has a benchmark or attack. */
  List<JsonNode> bySeed(String subject) {
    return with(subject).stream().map(run -> numbers(run, subject)).toList();
  }

  private static JsonNode numbers(ReportedRun run, String subject) {
    return run.facts().numbers().getOrDefault(subject, MissingNode.getInstance());
  }

  private Collection<ReportedRun> with(String subject) {
    Map<String, ReportedRun> bySeed = new LinkedHashMap<>();
    for (ReportedRun run : runs) {
      if (!numbers(run, subject).isMissingNode()) {
        bySeed.putIfAbsent(run.name().seed(), run);
      }
    }
    return bySeed.values();
  }

  /**
   * A number of a benchmark or attack: of one model as its summary has it; of several, their mean.
   */
  Optional<Measure> measure(String subject, String metric) {
    return measures.computeIfAbsent(List.of(subject, metric), key -> measured(subject, metric));
  }

  private Optional<Measure> measured(String subject, String metric) {
    List<JsonNode> estimates =
        bySeed(subject).stream()
            .map(numbers -> numbers.path("metrics").path(metric))
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
    return numbers().keySet().stream()
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

  /** The samples of a benchmark or attack. */
  Stream<Sample> samples(String subject) {
    return samples()
        .filter(it -> subject.equals(RunFacts.ALL) || it.generation().group().equals(subject));
  }
}
