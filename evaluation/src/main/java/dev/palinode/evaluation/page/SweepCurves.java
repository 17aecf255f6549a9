package dev.palinode.evaluation.page;

import static dev.palinode.evaluation.page.Curves.add;
import static dev.palinode.evaluation.page.Curves.point;

import dev.palinode.evaluation.statistics.EstimateText;
import dev.palinode.report.Axis;
import dev.palinode.report.LineChart;
import dev.palinode.report.LineChart.Point;
import dev.palinode.report.LineChart.Series;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Curves over the values of a setting; each list is empty without sweeps. */
record SweepCurves(List<Sweep> sweeps) {
  private static final String VIOLATIONS = "violation_rate";

  /** Violations and resets over the reset bias, and violations against what it costs. */
  List<LineChart> tradeOff() {
    List<LineChart> charts = new ArrayList<>();
    add(
        charts,
        "reset-bias",
        "Violations and resets over the reset bias",
        Axis.of("reset bias"),
        Axis.percent("answers"),
        sweeps.stream().flatMap(SweepCurves::rates).toList());
    add(
        charts,
        "trade-off",
        "Violations and cost, by reset bias",
        Axis.percent("violations"),
        Axis.of("tokens generated per token that stands"),
        sweeps.stream()
            .map(sweep -> new Series(sweep.label(), points(sweep, SweepCurves::cost)))
            .toList());
    return charts;
  }

  /** Violations where they count, and resets where other things do. */
  private static Stream<Series> rates(Sweep sweep) {
    Map<String, List<Point>> series = new LinkedHashMap<>();
    for (String benchmark : benchmarks(sweep)) {
      boolean isOfViolations = metric(sweep, benchmark).equals(VIOLATIONS);
      series.put(
          (isOfViolations ? ", violations on " : ", resets on ") + benchmark,
          curve(sweep, benchmark, isOfViolations ? VIOLATIONS : Method.RESETS));
    }
    return series.entrySet().stream()
        .map(each -> new Series(sweep.label() + each.getKey(), each.getValue()));
  }

  /** Violations of the first benchmark of them, and the tokens of all answers. */
  private static Stream<Point> cost(Method method, double bias) {
    double cost = CostTable.generatedPerVisible(method.samples().toList());
    String label = (bias > 0 ? "+" : "") + Sweep.number(bias);
    return method.benchmarks().entrySet().stream()
        .filter(each -> each.getValue().path("metric").asText().equals(VIOLATIONS))
        .limit(1)
        .flatMap(each -> method.measure(each.getKey(), VIOLATIONS).stream())
        .filter(violations -> Double.isFinite(cost))
        .map(violations -> new Point(violations.value(), cost, null, null, label));
  }

  /** Every metric of each benchmark over the guidance scale: personal data and utility. */
  List<LineChart> guidance() {
    List<LineChart> charts = new ArrayList<>();
    Set<String> benchmarks = new LinkedHashSet<>();
    sweeps.forEach(sweep -> benchmarks.addAll(benchmarks(sweep)));
    for (String benchmark : benchmarks) {
      for (String metric : metrics(benchmark)) {
        add(
            charts,
            "guidance-" + (charts.size() + 1),
            benchmark + ": " + metric.replace('_', ' '),
            Axis.of("guidance scale"),
            EstimateText.isRate(metric) ? Axis.percent("answers") : Axis.of("per answer"),
            sweeps.stream()
                .map(sweep -> new Series(sweep.label(), curve(sweep, benchmark, metric)))
                .toList());
      }
    }
    return charts;
  }

  /** Metrics other than bounds that are not zero throughout. */
  private Set<String> metrics(String benchmark) {
    Set<String> metrics = new LinkedHashSet<>();
    for (Sweep sweep : sweeps) {
      for (Method method : sweep.points().values()) {
        for (ReportedRun run : method.with(benchmark)) {
          Method.numbers(run, benchmark).path("metrics").properties().stream()
              .filter(each -> each.getValue().path("value").asDouble() != 0)
              .map(Map.Entry::getKey)
              .filter(name -> !name.endsWith("_at_most"))
              .forEach(metrics::add);
        }
      }
    }
    return metrics;
  }

  private static Set<String> benchmarks(Sweep sweep) {
    Set<String> names = new LinkedHashSet<>();
    sweep.points().values().forEach(method -> names.addAll(method.benchmarks().keySet()));
    return names;
  }

  private static String metric(Sweep sweep, String benchmark) {
    return sweep.points().values().stream()
        .map(method -> method.benchmarks().get(benchmark))
        .filter(numbers -> numbers != null)
        .map(numbers -> numbers.path("metric").asText())
        .findFirst()
        .orElse("");
  }

  private static List<Point> curve(Sweep sweep, String benchmark, String metric) {
    return points(
        sweep,
        (method, value) ->
            method.measure(benchmark, metric).stream()
                .map(measure -> point(value, measure.estimate())));
  }

  /** What a point of a sweep contributes to a curve. */
  private interface PointOf {
    Stream<Point> of(Method method, double value);
  }

  private static List<Point> points(Sweep sweep, PointOf point) {
    return sweep.points().entrySet().stream()
        .flatMap(each -> point.of(each.getValue(), each.getKey()))
        .toList();
  }
}
