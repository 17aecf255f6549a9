package dev.palinode.evaluation.page;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.evaluation.statistics.EstimateText;
import dev.palinode.report.Table;
import dev.palinode.report.Table.Cell;
import dev.palinode.text.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Every number of every run, each of one model.
 *
 * @param methods in the order of the tables
 */
record NumberTables(List<Method> methods) {
  private static final List<String> COUNTS =
      List.of("asked", "answered", "failed", "empty", "truncated", "undecided");

  /** A benchmark or attack of a run. */
  private interface Row {
    void add(ReportedRun run, String benchmark, JsonNode numbers);
  }

  private void forEach(Row row) {
    for (Method method : methods) {
      for (ReportedRun run : method.runs()) {
        run.facts().numbers().forEach((name, numbers) -> row.add(run, name, numbers));
      }
    }
  }

  private static List<Cell> name(ReportedRun run, String benchmark) {
    return new ArrayList<>(
        List.of(
            Cell.of(run.name().label()),
            Cell.of(run.name().seed()),
            Cell.of(Printable.escape(benchmark))));
  }

  private static Table begin() {
    return new Table().left("model", "seed", "benchmark or attack");
  }

  /** Every number of every benchmark, with its denominator. */
  Table numbers() {
    Table table = begin().left("metric").right("value [95% interval]", "of", "independent");
    forEach(
        (run, benchmark, numbers) -> {
          for (Map.Entry<String, JsonNode> each : numbers.path("metrics").properties()) {
            String metric = each.getKey();
            JsonNode estimate = each.getValue();
            List<Cell> cells = name(run, benchmark);
            cells.add(Cell.of(Printable.escape(EstimateText.title(metric))));
            cells.add(
                new Cell(
                    EstimateText.of(metric, estimate),
                    Links.to(
                        run,
                        benchmark,
                        Links.counted(run.isAttack(), metric, estimate.path("value").asDouble()))));
            cells.add(Cell.of(estimate.path("n").asText()));
            cells.add(Cell.of(estimate.path("clusters").asText()));
            table.row(cells);
          }
        });
    return table;
  }

  /** How many samples each rate leaves out, and why. */
  Table counts() {
    Table table = begin();
    COUNTS.forEach(count -> table.right(count));
    forEach(
        (run, benchmark, numbers) -> {
          if (numbers.has("counts")) {
            List<Cell> cells = name(run, benchmark);
            COUNTS.forEach(
                count -> cells.add(count(run, benchmark, count, numbers.path("counts"))));
            table.row(cells);
          }
        });
    return table;
  }

  private static Cell count(ReportedRun run, String benchmark, String count, JsonNode counts) {
    String number = counts.path(count).asText("-");
    Map<String, String> filter =
        switch (count) {
          case "failed", "undecided" -> Map.of("verdict", count);
          case Sample.TRUNCATED -> Map.of("mark", count);
          default -> Map.of();
        };
    boolean isLinked = count.equals("asked") || (!filter.isEmpty() && !number.equals("0"));
    return isLinked ? new Cell(number, Links.to(run, benchmark, filter)) : Cell.of(number);
  }

  /** Agreement of judges where there are several. */
  Table agreement() {
    Table table = begin().left("judges").right("kappa [95% interval]", "disagreements");
    forEach(
        (run, benchmark, numbers) -> {
          for (JsonNode pair : numbers.path("agreement")) {
            List<Cell> cells = name(run, benchmark);
            cells.add(
                Cell.of(
                    Printable.escape(
                        pair.path("judges").path(0).asText()
                            + ", "
                            + pair.path("judges").path(1).asText())));
            cells.add(Cell.of(EstimateText.of("kappa", pair.path("kappa"))));
            cells.add(
                new Cell(
                    pair.path("disagreements").asText(),
                    Links.to(run, benchmark, Map.of("mark", Sample.DISAGREEMENT))));
            table.row(cells);
          }
        });
    return table;
  }
}
