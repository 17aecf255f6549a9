package dev.palinode.evaluation.page;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.report.Axis;
import dev.palinode.report.LineChart;
import dev.palinode.report.LineChart.Point;
import dev.palinode.report.LineChart.Series;
import dev.palinode.token.Transcript.Withdrawal;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Curves of methods: over samples, over where undos come, and over the delay of a stream. Each list
 * is empty where no method has what it shows.
 *
 * @param methods with evaluations
 */
record Curves(List<Method> methods) {
  private static final int LONGEST_DELAY = 256;

  /** Of each benchmark: prompts with an unsafe answer among k, over k; the band is the seeds'. */
  List<LineChart> worstOfK() {
    List<LineChart> charts = new ArrayList<>();
    for (String benchmark : Method.numbersOf(methods).keySet()) {
      add(
          charts,
          "worst-of-k-" + (charts.size() + 1),
          benchmark + ": worst of k samples",
          Axis.log2("samples per prompt, k"),
          Axis.percent("prompts with an unsafe answer"),
          series(method -> worstOfK(method, benchmark)));
    }
    return charts;
  }

  /** Over k; empty if the benchmark was not sampled. */
  static List<Point> worstOfK(Method method, String benchmark) {
    List<JsonNode> curves =
        method.bySeed(benchmark).stream()
            .map(numbers -> numbers.path("worst_of_k"))
            .filter(curve -> !curve.isEmpty())
            .toList();
    int longest = curves.stream().mapToInt(JsonNode::size).min().orElse(0);
    return IntStream.range(0, longest)
        .mapToObj(i -> point(i + 1, curves.stream().map(curve -> curve.path(i)).toList()))
        .toList();
  }

  /** The mean of estimates; of one its interval, of several their range. */
  private static Point point(double x, List<JsonNode> estimates) {
    DoubleSummaryStatistics values =
        estimates.stream().mapToDouble(it -> it.path("value").asDouble()).summaryStatistics();
    return estimates.size() == 1
        ? point(x, estimates.get(0))
        : new Point(x, values.getAverage(), values.getMin(), values.getMax(), null);
  }

  static Point point(double x, JsonNode estimate) {
    return new Point(
        x,
        estimate.path("value").asDouble(),
        estimate.path("low").isNumber() ? estimate.path("low").asDouble() : null,
        estimate.path("high").isNumber() ? estimate.path("high").asDouble() : null,
        null);
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
        series(method -> positions(withdrawals(method))));
    add(
        charts,
        "delay",
        "Withdrawn text that was shown",
        Axis.of("delay of the stream, tokens"),
        Axis.percent("withdrawn tokens shown"),
        series(method -> shown(withdrawals(method))));
    return charts;
  }

  private static List<Withdrawal> withdrawals(Method method) {
    return method.samples().flatMap(sample -> sample.withdrawals().stream()).toList();
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

  private List<Series> series(Function<Method, List<Point>> points) {
    return methods.stream()
        .map(method -> new Series(method.label(), points.apply(method)))
        .toList();
  }

  static void add(
      List<LineChart> charts, String name, String title, Axis x, Axis y, List<Series> series) {
    List<Series> filled = series.stream().filter(each -> !each.points().isEmpty()).toList();
    if (!filled.isEmpty()) {
      charts.add(new LineChart(name, title, x, y, filled));
    }
  }
}
