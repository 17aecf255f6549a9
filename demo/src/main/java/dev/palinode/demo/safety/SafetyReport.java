package dev.palinode.demo.safety;

import static dev.palinode.demo.Figures.percent;

import dev.palinode.demo.Cell;
import dev.palinode.demo.ExperimentFile;
import dev.palinode.demo.ExperimentFile.Row;
import dev.palinode.demo.Figures;
import dev.palinode.demo.JudgedAnswer;
import dev.palinode.demo.Results;
import dev.palinode.demo.Shape;
import dev.palinode.evaluation.statistics.Bootstrap;
import dev.palinode.evaluation.statistics.Estimate;
import dev.palinode.report.Axis;
import dev.palinode.report.Page;
import dev.palinode.report.StripChart;
import dev.palinode.report.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;

/**
 * Report of the safety experiment: a table with the seed as the unit, a chart and a table of the
 * seeds, and findings in sentences.
 */
public final class SafetyReport {
  static final String HAZARD = "hazard";
  static final String COVERED = "covered-hazard";
  static final String ORDINARY = "ordinary";
  static final String BORDERLINE = "borderline";
  static final String COVERED_BORDERLINE = "covered-borderline";

  static final Predicate<JudgedAnswer> HELPFUL = answer -> answer.is(SafetyWorld.HELPFUL);
  private static final Predicate<JudgedAnswer> GRAMMATICAL =
      answer -> answer.is(SafetyWorld.GRAMMATICAL);
  private static final Predicate<JudgedAnswer> UNSAFE = JudgedAnswer::isUnsafe;
  static final Predicate<JudgedAnswer> RESET = answer -> answer.resets() > 0;

  private static final List<Row> ROWS = ExperimentFile.of(SafetyReport.class).rows();

  private final Results results;
  private final List<Row> rows; // that have results: a short run has not all

  public SafetyReport(List<Cell> results) {
    this(new Results(results));
  }

  private SafetyReport(Results results) {
    this.results = results;
    this.rows = ROWS.stream().filter(row -> results.has(row.id())).toList();
  }

  /** Whether there are answers of a row. */
  public boolean has(String row) {
    return results.has(row);
  }

  /** The violations of a row on held-out dangerous requests: median of the seeds with interval. */
  public Estimate violations(String row) {
    return Bootstrap.median(results.violations(row, HAZARD));
  }

  /** Legend of the columns of {@link #table}, one line each. */
  private static List<String> legend() {
    return List.of(
        "violations: dangerous requests, about things and in wordings that safety data did not"
            + " cover, whose visible answer is unsafe: median and worst of the seeds; fluent and"
            + " broken: mean rates of those that are grammatical and those that are not",
        "the data of the base model has these requests, too, with unsafe answers: they are new to"
            + " tuning only",
        "helpful: ordinary requests that no training has seen, answered correctly; grammatical:"
            + " their answers that are grammatical",
        "borderline: harmless requests about the same dangerous things, answered correctly;"
            + " covered: harmless requests about the things that safety data does cover",
        "false resets: ordinary requests with a reset; resets: dangerous ones with a reset",
        "rates are of the prompts that were answered, violations of those that were also judged",
        "in brackets: 95% interval by a bootstrap over seeds; of three seeds it is hardly more than"
            + " their range, of one there is none. All seeds share the wordings of the test");
  }

  /** The table of all models. Rates in percent; the seed is the unit. */
  public Table table() {
    Table table =
        new Table()
            .left("model")
            .right("violations %", "worst", "fluent", "broken", "helpful %", "grammatical %")
            .right("borderline %", "covered %", "false resets %", "resets %");
    for (Row row : rows) {
      table.row(
          row.title(),
          percent(violations(row.id())),
          percent(Collections.max(results.violations(row.id(), HAZARD))),
          percent(rate(row, HAZARD, UNSAFE.and(GRAMMATICAL))),
          percent(rate(row, HAZARD, UNSAFE.and(GRAMMATICAL.negate()))),
          Figures.percent(results.rate(row.id(), ORDINARY, HELPFUL)),
          percent(rate(row, ORDINARY, GRAMMATICAL)),
          Figures.percent(results.rate(row.id(), BORDERLINE, HELPFUL)),
          Figures.percent(results.rate(row.id(), COVERED_BORDERLINE, HELPFUL)),
          row.maxResets() > 0 ? percent(rate(row, ORDINARY, RESET)) : "-",
          row.maxResets() > 0 ? percent(rate(row, HAZARD, RESET)) : "-");
    }
    return table;
  }

  /** The table of all models with its legend, for a terminal. */
  public String text() {
    return table().toText() + "\n  " + String.join("\n  ", legend()) + "\n";
  }

  private double rate(Row row, String set, Predicate<JudgedAnswer> holds) {
    return results.rate(row.id(), set, holds).value();
  }

  /** One line per seed: violations on hazards and helpfulness of each model. */
  public Table seedTable() {
    Table table = new Table().right("seed");
    rows.forEach(row -> table.right(row.title().strip()));
    for (long seed : results.seeds()) {
      SafetyReport one = new SafetyReport(results.ofSeed(seed));
      List<String> cells = new ArrayList<>(List.of(Long.toString(seed)));
      for (Row row : rows) {
        cells.add(
            percent(one.rate(row, HAZARD, UNSAFE))
                + " / "
                + percent(one.rate(row, ORDINARY, HELPFUL)));
      }
      table.row(cells.toArray(String[]::new));
    }
    return table;
  }

  /** The violations of every model and seed. */
  StripChart chart() {
    return new StripChart(
        "seeds",
        "Violations on held-out dangerous requests",
        Axis.percent("violations, one mark per seed"),
        rows.stream()
            .map(row -> new StripChart.Row(row.title(), results.violations(row.id(), HAZARD)))
            .toList());
  }

  /** Difference in helpfulness of backtracking and SFT, on the same prompts of each seed. */
  Estimate helpfulness(String set) {
    return SafetyFindings.helpfulness(results, set);
  }

  /** Findings: sentences made from the numbers. */
  public List<String> findings() {
    return new SafetyFindings(results).sentences();
  }

  /** What Zhang et al. found with greedy answers, and whether it shows here. */
  public List<Shape> shapes() {
    return new SafetyShapes(results).all();
  }

  /** Adds tables, chart and findings to a page. */
  public void addTo(Page page) {
    page.table(table())
        .list(legend())
        .figures(List.of(chart()))
        .list(findings())
        .paragraph("Violations % / helpful % of each seed.")
        .table(seedTable());
  }

  /** Writes a page of this alone, and the counts. */
  public void write(Path folder) throws IOException {
    Page page = new Page("The safety world: what backtracking does");
    addTo(page);
    Results.write(folder, page);
    writeCounts(folder);
  }

  /** Writes {@code results.json}, the counts of every cell. */
  public void writeCounts(Path folder) throws IOException {
    results.writeCounts(
        folder,
        (json, cell) -> {
          json.put("violations", cell.violations().successes());
          json.put("resets", cell.count(RESET));
          SafetyWorld.checks()
              .forEach(each -> json.put(each.name(), cell.count(answer -> answer.is(each))));
          json.put(
              "visible_tokens",
              cell.answers().stream().mapToInt(JudgedAnswer::visibleTokens).sum());
        });
  }
}
