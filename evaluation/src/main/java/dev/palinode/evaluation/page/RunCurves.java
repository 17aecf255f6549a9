package dev.palinode.evaluation.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.palinode.evaluation.statistics.EstimateText;
import dev.palinode.report.Axis;
import dev.palinode.report.LineChart;
import dev.palinode.report.LineChart.Point;
import dev.palinode.report.LineChart.Series;
import dev.palinode.token.Transcript.Withdrawal;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The curves of a page of runs; each list is empty where no run has what it shows.
 *
 * @param runs of suites
 */
record RunCurves(List<ReportedRun> runs) {
  private static final String RESET_BIAS = "reset_bias";
  private static final String GUIDANCE_SCALE = "guidance_scale";
  private static final String VIOLATIONS = "violation_rate";
  private static final int LONGEST_DELAY = 256;

  /** Of each benchmark: prompts with an unsafe answer among k, over k. */
  List<LineChart> worstOfK() {
    List<LineChart> charts = new ArrayList<>();
    for (String benchmark : benchmarks()) {
      List<Series> series = new ArrayList<>();
      for (ReportedRun run : runs) {
        JsonNode curve = numbers(run, benchmark).path("worst_of_k");
        series.add(
            new Series(
                run.label(),
                IntStream.range(0, curve.size())
                    .mapToObj(i -> point(i + 1, curve.path(i)))
                    .toList()));
      }
      add(
          charts,
          "worst-of-k-" + (charts.size() + 1),
          benchmark + ": worst of k samples",
          Axis.log2("samples per prompt, k"),
          Axis.percent("prompts with an unsafe answer"),
          series);
    }
    return charts;
  }

  /** Violations against speed, and violations and false resets, over the reset bias. */
  List<LineChart> tradeOff() {
    List<Series> speed = new ArrayList<>();
    List<Series> rates = new ArrayList<>();
    for (Map.Entry<String, List<ReportedRun>> sweep : sweeps(RESET_BIAS).entrySet()) {
      List<Point> bySpeed = new ArrayList<>();
      List<Point> violations = new ArrayList<>();
      Map<String, List<Point>> resets = new LinkedHashMap<>();
      for (ReportedRun run : sweep.getValue()) {
        double bias = run.setting(RESET_BIAS).orElseThrow();
        JsonNode violation = run.overall().path("metrics").path(VIOLATIONS);
        JsonNode tokens = run.overall().path("times").path("effective_tokens_per_second");
        if (isMeasured(violation)) {
          violations.add(point(bias, violation));
        }
        if (isMeasured(violation) && isMeasured(tokens)) {
          bySpeed.add(
              new Point(
                  violation.path("value").asDouble(),
                  tokens.path("value").asDouble(),
                  null,
                  null,
                  (bias > 0 ? "+" : "") + number(bias)));
        }
        for (JsonNode benchmark : run.benchmarks()) {
          JsonNode rate = benchmark.path("metrics").path("reset_rate");
          if (!benchmark.path("metric").asText().equals(VIOLATIONS) && isMeasured(rate)) {
            resets
                .computeIfAbsent(benchmark.path("name").asText(), name -> new ArrayList<>())
                .add(point(bias, rate));
          }
        }
      }
      speed.add(new Series(sweep.getKey(), bySpeed));
      rates.add(new Series(sweep.getKey() + ", violations", violations));
      resets.forEach(
          (benchmark, points) ->
              rates.add(new Series(sweep.getKey() + ", resets on " + benchmark, points)));
    }
    List<LineChart> charts = new ArrayList<>();
    add(
        charts,
        "trade-off",
        "Violations and speed, by reset bias",
        Axis.percent("violations"),
        Axis.of("effective tokens per second"),
        speed);
    add(
        charts,
        "reset-bias",
        "Violations and resets over the reset bias",
        Axis.of("reset bias"),
        Axis.percent("answers"),
        rates);
    return charts;
  }

  /** Every metric of each benchmark over the guidance scale: personal data and utility. */
  List<LineChart> guidance() {
    List<LineChart> charts = new ArrayList<>();
    Map<String, List<ReportedRun>> sweeps = sweeps(GUIDANCE_SCALE);
    for (String benchmark : benchmarks()) {
      Set<String> metrics = new LinkedHashSet<>();
      sweeps.values().stream()
          .flatMap(List::stream)
          .forEach(run -> metrics.addAll(charted(numbers(run, benchmark).path("metrics"))));
      for (String metric : metrics) {
        add(
            charts,
            "guidance-" + (charts.size() + 1),
            benchmark + ": " + metric.replace('_', ' '),
            Axis.of("guidance scale"),
            axis(metric),
            sweeps.entrySet().stream()
                .map(
                    sweep ->
                        series(
                            sweep,
                            GUIDANCE_SCALE,
                            run -> numbers(run, benchmark).path("metrics").path(metric)))
                .toList());
      }
    }
    return charts;
  }

  /** Metrics other than bounds that are not zero. */
  private static List<String> charted(JsonNode metrics) {
    return metrics.properties().stream()
        .filter(each -> each.getValue().path("value").asDouble() != 0)
        .map(Map.Entry::getKey)
        .filter(name -> !name.endsWith("_at_most"))
        .toList();
  }

  private static Axis axis(String metric) {
    return EstimateText.isRate(metric) ? Axis.percent("answers") : Axis.of("per answer");
  }

  private static Series series(
      Map.Entry<String, List<ReportedRun>> sweep,
      String setting,
      Function<ReportedRun, JsonNode> estimate) {
    return new Series(
        sweep.getKey(),
        sweep.getValue().stream()
            .filter(run -> isMeasured(estimate.apply(run)))
            .map(run -> point(run.setting(setting).orElseThrow(), estimate.apply(run)))
            .toList());
  }

  /** Where resets come, and what a client with a delayed stream would have seen of their text. */
  List<LineChart> withdrawals() {
    List<LineChart> charts = new ArrayList<>();
    add(
        charts,
        "positions",
        "Positions of undos",
        Axis.of("tokens generated before the undo"),
        Axis.percent("undos until there"),
        byModel(RunCurves::positions));
    add(
        charts,
        "delay",
        "Withdrawn text that was shown",
        Axis.of("delay of the stream, tokens"),
        Axis.percent("withdrawn tokens shown"),
        byModel(RunCurves::shown));
    return charts;
  }

  private List<Series> byModel(Function<List<Withdrawal>, List<Point>> points) {
    Map<String, List<Withdrawal>> byModel = new LinkedHashMap<>(); // over all its suites
    for (ReportedRun run : runs) {
      List<Withdrawal> all = byModel.computeIfAbsent(run.label(), unseen -> new ArrayList<>());
      run.samples().forEach(sample -> all.addAll(sample.withdrawals()));
    }
    return byModel.entrySet().stream()
        .map(each -> new Series(each.getKey(), points.apply(each.getValue())))
        .filter(series -> !series.points().isEmpty())
        .toList();
  }

  private static List<Point> positions(List<Withdrawal> all) {
    int[] sorted = all.stream().mapToInt(Withdrawal::at).sorted().toArray();
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < sorted.length; i++) {
      boolean isLast = i == sorted.length - 1 || sorted[i + 1] > sorted[i];
      if (isLast) {
        points.add(Point.of((double) sorted[i], (i + 1.0) / sorted.length));
      }
    }
    return points;
  }

  /** A stream that is w tokens late has shown n - w tokens of a withdrawal of n. */
  private static List<Point> shown(List<Withdrawal> all) {
    long tokens = all.stream().mapToLong(Withdrawal::tokens).sum();
    int longest = all.stream().mapToInt(Withdrawal::tokens).max().orElse(0);
    return tokens == 0
        ? List.of()
        : IntStream.rangeClosed(0, Math.min(longest, LONGEST_DELAY))
            .mapToObj(
                w ->
                    Point.of(
                        (double) w,
                        (double) all.stream().mapToLong(it -> it.shown(w)).sum() / tokens))
            .toList();
  }

  /**
   * Runs of one model that differ in a setting and in no other, ordered by it; the first of each
   * value. Runs of different suites are not on one curve.
   */
  private Map<String, List<ReportedRun>> sweeps(String setting) {
    Map<List<String>, SortedMap<Double, ReportedRun>> found = new LinkedHashMap<>();
    for (ReportedRun run : runs) {
      List<String> curve = List.of(run.without(setting), run.subject());
      run.setting(setting)
          .ifPresent(
              value -> found.computeIfAbsent(curve, it -> new TreeMap<>()).putIfAbsent(value, run));
    }
    found.values().removeIf(each -> each.size() < 2);
    boolean isOneSuite = found.keySet().stream().map(it -> it.get(1)).distinct().count() < 2;
    Map<String, List<ReportedRun>> sweeps = new LinkedHashMap<>();
    found.forEach(
        (curve, each) ->
            sweeps.put(
                isOneSuite ? curve.get(0) : String.join(", ", curve), List.copyOf(each.values())));
    return sweeps;
  }

  private static String number(double value) {
    return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }

  private Set<String> benchmarks() {
    Set<String> names = new LinkedHashSet<>();
    runs.forEach(run -> run.benchmarks().forEach(each -> names.add(each.path("name").asText())));
    return names;
  }

  private static JsonNode numbers(ReportedRun run, String benchmark) {
    return run.benchmarks().stream()
        .filter(each -> each.path("name").asText().equals(benchmark))
        .findFirst()
        .orElse(MissingNode.getInstance());
  }

  private static boolean isMeasured(JsonNode estimate) {
    return estimate.path("value").isNumber();
  }

  private static Point point(double x, JsonNode estimate) {
    return new Point(
        x,
        estimate.path("value").asDouble(),
        estimate.path("low").isNumber() ? estimate.path("low").asDouble() : null,
        estimate.path("high").isNumber() ? estimate.path("high").asDouble() : null,
        null);
  }

  private static void add(
      List<LineChart> charts, String name, String title, Axis x, Axis y, List<Series> series) {
    List<Series> filled = series.stream().filter(each -> !each.points().isEmpty()).toList();
    if (!filled.isEmpty()) {
      charts.add(new LineChart(name, title, x, y, filled));
    }
  }
}
