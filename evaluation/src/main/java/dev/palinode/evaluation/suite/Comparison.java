package dev.palinode.evaluation.suite;

import static dev.palinode.evaluation.suite.SuiteRun.COUNTING_JUDGE;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.evaluation.run.FinishedRun;
import dev.palinode.evaluation.statistics.Bootstrap;
import dev.palinode.evaluation.statistics.Estimate;
import dev.palinode.evaluation.statistics.McNemar;
import dev.palinode.report.Table;
import dev.palinode.text.Printable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What differs between two runs of the same benchmarks, on the prompts that both have answered.
 *
 * @param metrics of all benchmarks
 * @param settings in which the runs differ: a line for each
 * @param flips prompts whose outcome in the metric that counts is not the same
 */
public record Comparison(List<Difference> metrics, List<String> settings, List<Flip> flips) {
  /**
   * The difference in a metric.
   *
   * @param first mean of the first run, over the pairs
   * @param second mean of the second run, over the same pairs
   * @param difference second minus first
   * @param test of McNemar; empty if the metric is no rate, or prompts have several answers
   */
  public record Difference(
      String benchmark,
      String metric,
      double first,
      double second,
      Estimate difference,
      Optional<McNemar> test) {}

  /**
   * A prompt whose outcome is not the same.
   *
   * @param first mean outcome of the first run
   * @param second mean outcome of the second run
   */
  public record Flip(
      String benchmark, String metric, String id, String prompt, double first, double second) {}

  /** The most flips of a benchmark in one direction that a table has. */
  private static final int SHOWN = 10;

  /** What answers depend on besides the model, and what may well differ. */
  private static final List<String> SETTINGS =
      List.of(
          "decoding.temperature",
          "decoding.top_p",
          "decoding.top_k",
          "decoding.samples",
          "decoding.max_new_tokens",
          "system",
          "opening");

  /** The answers of a run to a benchmark. */
  private record Side(List<SampleFacts> samples, Map<String, String> prompts) {
    /** With other names of the same judges. */
    Side renamed(List<String> judges, List<String> others) {
      Map<String, String> names = new HashMap<>();
      for (int i = 0; i < judges.size(); i++) {
        names.put(judges.get(i), others.get(i));
      }
      return new Side(samples.stream().map(each -> each.renamed(names)).toList(), prompts);
    }
  }

  public Comparison {
    metrics = List.copyOf(metrics);
    settings = List.copyOf(settings);
    flips = List.copyOf(flips);
  }

  /**
   * Compares two runs.
   *
   * @throws IOException if a run cannot be read
   * @throws IllegalArgumentException if they have no benchmark in common, or one with other prompts
   */
  public static Comparison of(FinishedRun first, FinishedRun second) throws IOException {
    Map<String, JsonNode> there = benchmarks(second);
    Map<String, Side> firstSides = sides(first);
    Map<String, Side> secondSides = sides(second);
    List<Difference> differences = new ArrayList<>();
    List<Flip> flips = new ArrayList<>();
    List<String> settings = new ArrayList<>();
    compareSettings("", List.of("seed"), first.manifest(), second.manifest(), settings);
    for (Map.Entry<String, JsonNode> each : benchmarks(first).entrySet()) {
      JsonNode other = there.get(each.getKey());
      Side one = firstSides.get(each.getKey());
      Side two = secondSides.get(each.getKey());
      if (other != null && one != null && two != null) {
        requireSame(each.getKey(), each.getValue(), other);
        Side renamed = two.renamed(judges(other), judges(each.getValue()));
        compareSettings(each.getKey() + ": ", SETTINGS, each.getValue(), other, settings);
        compare(each.getValue(), one, renamed, differences, flips);
      }
    }
    if (differences.isEmpty()) {
      throw new IllegalArgumentException(
          "%s and %s have no benchmark in common".formatted(first.folder(), second.folder()));
    }
    return new Comparison(differences, settings, flips);
  }

  private static Map<String, JsonNode> benchmarks(FinishedRun run) {
    Map<String, JsonNode> benchmarks = new LinkedHashMap<>();
    run.manifest().path("benchmarks").forEach(it -> benchmarks.put(it.path("name").asText(), it));
    return benchmarks;
  }

  private static Map<String, Side> sides(FinishedRun run) throws IOException {
    Map<String, Side> sides = new LinkedHashMap<>();
    run.forEach(
        line -> {
          SampleFacts facts = SampleFacts.of(line);
          Side side =
              sides.computeIfAbsent(
                  facts.benchmark(), name -> new Side(new ArrayList<>(), new LinkedHashMap<>()));
          side.samples.add(facts);
          JsonNode prompt = line.path("prompt");
          side.prompts.putIfAbsent(
              facts.cluster(), prompt.path(prompt.size() - 1).path("content").asText());
        });
    return sides;
  }

  private static void compareSettings(
      String where, List<String> names, JsonNode first, JsonNode second, List<String> settings) {
    for (String name : names) {
      String path = "/" + name.replace('.', '/');
      if (!first.at(path).equals(second.at(path))) {
        settings.add(
            Printable.escape(
                "%s%s is %s in the first run, and %s in the second"
                    .formatted(where, name, first.at(path), second.at(path))));
      }
    }
  }

  private static void requireSame(String name, JsonNode first, JsonNode second) {
    for (String field : List.of("/version", "/file/sha256", "/template", "/judges")) {
      JsonNode one = first.at(field);
      JsonNode two = second.at(field);
      boolean isSame =
          field.equals("/judges") ? identities(one).equals(identities(two)) : one.equals(two);
      if (!isSame) {
        throw new IllegalArgumentException(
            "%s is not the same benchmark in both runs: %s is %s and %s"
                .formatted(name, field.substring(1).replace('/', '.'), one, two));
      }
    }
  }

  /** Of judges, in their order; their names may be those of folders. */
  private static List<JsonNode> identities(JsonNode judges) {
    return judges.properties().stream().map(Map.Entry::getValue).toList();
  }

  /** The names of a benchmark's judges, in their order. */
  private static List<String> judges(JsonNode benchmark) {
    return benchmark.path("judges").properties().stream().map(Map.Entry::getKey).toList();
  }

  private static void compare(
      JsonNode benchmark, Side one, Side two, List<Difference> differences, List<Flip> flips) {
    Optional<String> judge =
        Optional.of(benchmark.path(COUNTING_JUDGE).asText()).filter(it -> !it.isEmpty());
    String name = benchmark.path("name").asText();
    List<SampleFacts> all = new ArrayList<>(one.samples);
    all.addAll(two.samples);
    Outcome.of(all, judge)
        .forEach(
            (metric, outcome) -> {
              Map<String, Double> first = outcome.means(one.samples);
              Map<String, Double> second = outcome.means(two.samples);
              first.keySet().retainAll(second.keySet());
              second.keySet().retainAll(first.keySet());
              if (first.isEmpty()) {
                return;
              }
              differences.add(difference(name, metric, outcome, first, second));
              if (metric.equals(benchmark.path("metric").asText())) {
                flips.addAll(flips(name, metric, one.prompts, first, second));
              }
            });
  }

  private static double mean(Iterable<Double> values) {
    double sum = 0;
    int count = 0;
    for (double value : values) {
      sum += value;
      count++;
    }
    return sum / count;
  }

  private static Difference difference(
      String benchmark,
      String metric,
      Outcome outcome,
      Map<String, Double> first,
      Map<String, Double> second) {
    boolean isYesOrNo =
        outcome.isRate()
            && first.values().stream().allMatch(it -> it == 0 || it == 1)
            && second.values().stream().allMatch(it -> it == 0 || it == 1);
    return new Difference(
        benchmark,
        metric,
        mean(first.values()),
        mean(second.values()),
        Bootstrap.difference(second, first),
        isYesOrNo ? Optional.of(McNemar.of(booleans(first), booleans(second))) : Optional.empty());
  }

  private static Map<String, Boolean> booleans(Map<String, Double> values) {
    Map<String, Boolean> booleans = new LinkedHashMap<>();
    values.forEach((item, value) -> booleans.put(item, value == 1));
    return booleans;
  }

  private static List<Flip> flips(
      String benchmark,
      String metric,
      Map<String, String> prompts,
      Map<String, Double> first,
      Map<String, Double> second) {
    List<Flip> flips = new ArrayList<>();
    first.forEach(
        (cluster, value) -> {
          double other = second.getOrDefault(cluster, value);
          if (value != other) {
            String id = cluster.substring(cluster.indexOf('\n') + 1);
            flips.add(
                new Flip(benchmark, metric, id, prompts.getOrDefault(cluster, ""), value, other));
          }
        });
    return flips;
  }

  /** A row for each metric of each benchmark. */
  public Table table() {
    Table table =
        new Table()
            .left("benchmark", "metric")
            .right("first", "second", "difference [95%]", "pairs", "only first")
            .right("only second", "p (McNemar)");
    for (Difference each : metrics) {
      double scale = each.metric.contains("_rate") ? 100 : 1;
      Estimate change = each.difference;
      table.row(
          each.benchmark,
          each.metric + (scale == 100 ? " %" : ""),
          String.format(Locale.ROOT, "%.2f", scale * each.first),
          String.format(Locale.ROOT, "%.2f", scale * each.second),
          String.format(
              Locale.ROOT,
              "%+.2f [%+.2f, %+.2f]",
              scale * change.value(),
              scale * change.low(),
              scale * change.high()),
          Long.toString(change.n()),
          each.test.map(test -> Integer.toString(test.onlyFirst())).orElse("-"),
          each.test.map(test -> Integer.toString(test.onlySecond())).orElse("-"),
          each.test.map(test -> pValue(test.pValue())).orElse("-"));
    }
    return table;
  }

  /** No p-value is zero. */
  static String pValue(double p) {
    return p < 0.0001 ? "<0.0001" : String.format(Locale.ROOT, "%.4f", p);
  }

  /**
   * A row for each flip: of each benchmark the first {@value #SHOWN} that rise and that fall, and
   * how many more there are.
   */
  public Table flipTable() {
    Table table =
        new Table().left("benchmark", "metric", "prompt").right("first", "second").left("text");
    flips.stream()
        .collect(
            Collectors.groupingBy(
                each -> List.of(each.benchmark, each.first < each.second),
                LinkedHashMap::new,
                Collectors.toList()))
        .values()
        .forEach(alike -> addTo(table, alike));
    return table;
  }

  private static void addTo(Table table, List<Flip> alike) {
    for (Flip each : alike.subList(0, Math.min(SHOWN, alike.size()))) {
      table.row(
          each.benchmark,
          each.metric,
          Printable.escape(each.id),
          String.format(Locale.ROOT, "%.2f", each.first),
          String.format(Locale.ROOT, "%.2f", each.second),
          Printable.escape(each.prompt));
    }
    if (alike.size() > SHOWN) {
      Flip any = alike.get(0);
      String how = any.first < any.second ? "rise" : "fall";
      String more = "%s more that %s".formatted(alike.size() - SHOWN, how);
      table.row(any.benchmark, any.metric, more, "", "", "");
    }
  }
}
