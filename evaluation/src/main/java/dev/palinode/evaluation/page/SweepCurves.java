package dev.palinode.evaluation.page;

import static dev.palinode.evaluation.page.Curves.add;
import static dev.palinode.evaluation.page.Curves.point;

import dev.palinode.evaluation.statistics.EstimateText;
import dev.palinode.report.Axis;
import dev.palinode.report.LineChart;
import dev.palinode.report.LineChart.Point;
import dev.palinode.report.LineChart.Series;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/** Curves over the values of a setting; each list is empty without sweeps. */
record SweepCurves(List<Sweep> sweeps) {
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
        Axis.of("tokens generated per visible token"),
        sweeps.stream()
            .map(sweep -> new Series(sweep.label(), points(sweep, SweepCurves::cost)))
            .toList());
    return charts;
  }

  /** Violations where they count, and resets where other things do. */
  private static Stream<Series> rates(Sweep sweep) {
    return Method.numbersOf(sweep.points().values()).entrySet().stream()
        .map(
            each -> {
              boolean isOfViolations = Method.isOfViolations(each.getValue());
              return new Series(
                  sweep.label()
                      + (isOfViolations ? ", violations on " : ", resets on ")
                      + each.getKey(),
                  curve(sweep, each.getKey(), isOfViolations ? Method.VIOLATIONS : Method.RESETS));
            });
  }

  /** Violations of the first benchmark of them, and the tokens of all answers. */
  private static Stream<Point> cost(Method method, double bias) {
    double cost = CostTable.generatedPerVisible(method.samples().toList());
    String label = (bias > 0 ? "+" : "") + Sweep.number(bias);
    return method.numbers().entrySet().stream()
        .filter(each -> Method.isOfViolations(each.getValue()))
        .limit(1)
        .flatMap(each -> method.measure(each.getKey(), Method.VIOLATIONS).stream())
        .filter(violations -> Double.isFinite(cost))
        .map(violations -> new Point(violations.value(), cost, null, null, label));
  }

  /** Every metric of each benchmark over the guidance scale: personal data and utility. */
  List<LineChart> guidance() {
    List<LineChart> charts = new ArrayList<>();
    List<Method> methods =
        sweeps.stream().flatMap(sweep -> sweep.points().values().stream()).toList();
    for (String benchmark : Method.numbersOf(methods).keySet()) {
      for (String metric : metrics(methods, benchmark)) {
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

  /** Metrics that are not zero throughout; bounds and what was shown are in tables only. */
  private static List<String> metrics(List<Method> methods, String benchmark) {
    return methods.stream()
        .flatMap(method -> method.bySeed(benchmark).stream())
        .flatMap(numbers -> numbers.path("metrics").properties().stream())
        .filter(each -> each.getValue().path("value").asDouble() != 0)
        .map(Map.Entry::getKey)
        .filter(name -> !name.endsWith("_at_most") && !name.startsWith(Method.SHOWN))
        .distinct()
        .toList();
  }

  private static List<Point> curve(Sweep sweep, String benchmark, String metric) {
    return points(
        sweep,
        (method, value) ->
            method.measure(benchmark, metric).stream()
                .map(measure -> point(value, measure.estimate())));
  }

  /** What the points of a sweep, each a method and a value, contribute to a curve. */
  private static List<Point> points(Sweep sweep, BiFunction<Method, Double, Stream<Point>> point) {
    return sweep.points().entrySet().stream()
        .flatMap(each -> point.apply(each.getValue(), each.getKey()))
        .toList();
  }
}
