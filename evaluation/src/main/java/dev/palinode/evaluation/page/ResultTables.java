package dev.palinode.evaluation.page;

import dev.palinode.evaluation.statistics.EstimateText;
import dev.palinode.report.Table;
import dev.palinode.report.Table.Cell;
import dev.palinode.text.Printable;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Methods by benchmarks: the number that counts in each, resets, and unsafe text that was shown.
 *
 * @param methods that have benchmarks in common
 */
record ResultTables(List<Method> methods) {
  /**
   * A column.
   *
   * @param benchmark whose number it is
   */
  private record Column(String benchmark, String metric, String header) {}

  /** A row for each method. */
  Table table() {
    Table table = new Table().left("model");
    List<Column> columns = columns();
    columns.forEach(each -> table.right(each.header()));
    for (Method method : methods) {
      List<Cell> cells = new ArrayList<>(List.of(Cell.of(method.label())));
      cells.addAll(cells(method, columns));
      table.row(cells);
    }
    return table;
  }

  /** A row for each point of a sweep, in the order of its values. */
  static Table ofSweeps(String setting, List<Sweep> sweeps) {
    Set<Method> methods = new LinkedHashSet<>();
    sweeps.forEach(each -> methods.addAll(each.points().values()));
    List<Column> columns = new ResultTables(List.copyOf(methods)).columns();
    Table table = new Table().left("model").right(setting.replace('_', ' '));
    columns.forEach(each -> table.right(each.header()));
    for (Sweep sweep : sweeps) {
      sweep
          .points()
          .forEach(
              (value, method) -> {
                List<Cell> cells = new ArrayList<>();
                cells.add(Cell.of(sweep.label()));
                cells.add(Cell.of(Sweep.number(value)));
                cells.addAll(cells(method, columns));
                table.row(cells);
              });
    }
    return table;
  }

  private static List<Cell> cells(Method method, List<Column> columns) {
    return columns.stream()
        .map(
            column ->
                method
                    .measure(column.benchmark(), column.metric())
                    .map(measure -> Links.cell(method, column.benchmark(), measure))
                    .orElse(Cell.of("")))
        .toList();
  }

  private List<Column> columns() {
    boolean hasResets = methods.stream().anyMatch(Method::hasResets);
    List<Column> columns = new ArrayList<>();
    Method.numbersOf(methods)
        .forEach(
            (name, benchmark) -> {
              String metric = benchmark.path("metric").asText();
              String direction = benchmark.path("direction").asText();
              columns.add(
                  column(
                      name,
                      metric,
                      EstimateText.title(metric)
                          + (direction.isEmpty() ? "" : ", " + direction + " is better")));
              boolean isShownKnown =
                  methods.stream().anyMatch(it -> it.measure(name, Method.SHOWN).isPresent());
              if (hasResets && isShownKnown && Method.isOfViolations(benchmark)) {
                columns.add(column(name, Method.SHOWN, "ever shown %"));
              }
              if (hasResets) {
                columns.add(column(name, Method.RESETS, "answers with a reset %"));
              }
            });
    return columns;
  }

  private static Column column(String benchmark, String metric, String title) {
    return new Column(benchmark, metric, Printable.escape(benchmark + ": " + title));
  }
}
