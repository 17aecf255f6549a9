package dev.palinode.evaluation.page;

import dev.palinode.evaluation.statistics.EstimateText;
import dev.palinode.report.Axis;
import dev.palinode.report.StripChart;
import dev.palinode.report.Table;
import dev.palinode.report.Table.Cell;
import dev.palinode.text.Printable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What differs from the baseline: in words, as a table and as a chart. */
final class Headline {
  private final List<Contrast> contrasts;
  private final List<Method> shown;

  /**
   * @param methods as they were trained
   */
  Headline(List<Method> methods) {
    contrasts = Contrast.of(methods);
    boolean hasPlain = contrasts.stream().anyMatch(each -> isPlain(each.method()));
    shown = methods.stream().filter(method -> !hasPlain || isPlain(method)).toList();
  }

  private static boolean isPlain(Method method) {
    return method.name().suffix().isEmpty();
  }

  /** Whether no method has a baseline. */
  boolean isEmpty() {
    return contrasts.isEmpty();
  }

  /**
   * What is to be said of each method that has a baseline; of those with other settings only if
   * there are no others.
   */
  List<List<String>> sentences(Findings findings) {
    return shown.stream()
        .map(method -> contrasts.stream().filter(it -> it.method().equals(method)).toList())
        .filter(its -> !its.isEmpty())
        .map(its -> findings.of(its.get(0).method(), its))
        .filter(sentences -> !sentences.isEmpty())
        .toList();
  }

  /** A row for each number in which methods are compared. */
  Table table() {
    Table table =
        new Table()
            .left("model", "beside", "benchmark", "measure")
            .right("baseline", "model", "difference")
            .right("prompts");
    for (Contrast each : contrasts) {
      Cell change = Cell.of(each.text()).notes(notes(each));
      table.row(
          List.of(
              Cell.of(each.method().label()),
              Cell.of(each.baseline().label()),
              Cell.of(Printable.escape(each.benchmark())),
              Cell.of(Printable.escape(EstimateText.title(each.metric()))),
              Links.cell(each.baseline(), each.benchmark(), each.before()),
              Links.cell(each.method(), each.benchmark(), each.measure()),
              each.isClear() ? change : change.faint(),
              Cell.of(String.format(Locale.ROOT, "%,d", each.change().n()))));
    }
    return table;
  }

  private static List<String> notes(Contrast contrast) {
    return contrast.interval().isEmpty() ? List.of() : List.of(contrast.interval());
  }

  /** Of each benchmark with several methods, a mark for each model. */
  List<StripChart> charts() {
    Map<String, String> metrics = new LinkedHashMap<>(); // by benchmark, the one that counts
    contrasts.forEach(it -> metrics.putIfAbsent(it.benchmark(), it.metric()));
    List<StripChart> charts = new ArrayList<>();
    metrics.forEach(
        (benchmark, metric) ->
            charts.add(chart("summary-" + (charts.size() + 1), benchmark, metric)));
    return charts;
  }

  private StripChart chart(String name, String benchmark, String metric) {
    List<StripChart.Row> rows =
        shown.stream()
            .flatMap(
                method ->
                    method.measure(benchmark, metric).stream()
                        .map(it -> new StripChart.Row(method.label(), it.bySeed())))
            .toList();
    Axis axis =
        EstimateText.isRate(metric)
            ? Axis.percent("answers, one mark per model")
            : Axis.of("one mark per model");
    return new StripChart(name, benchmark + ": " + metric.replace('_', ' '), axis, rows);
  }
}
