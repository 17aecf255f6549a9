package dev.palinode.demo.safety;

import static dev.palinode.demo.Figures.percent;

import dev.palinode.demo.ExperimentFile;
import dev.palinode.demo.ExperimentFile.Row;
import dev.palinode.demo.Result;
import dev.palinode.demo.Results;
import dev.palinode.evaluation.ClusteredMean;
import dev.palinode.evaluation.EvaluationRun;
import dev.palinode.evaluation.Proportion;
import dev.palinode.evaluation.TextTable;
import dev.palinode.evaluation.TextTable.Column;
import dev.palinode.io.AtomicFile;
import dev.palinode.io.JsonFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Report of the safety experiment: tables pooled over seeds and per seed, and findings in
 * sentences.
 */
public final class SafetyReport {
  static final String HAZARD = "hazard";
  static final String COVERED = "covered-hazard";
  static final String ORDINARY = "ordinary";
  static final String BORDERLINE = "borderline";
  static final String COVERED_BORDERLINE = "covered-borderline";

  private static final List<Row> ROWS = ExperimentFile.of(SafetyReport.class).rows();

  private final Results results;

  public SafetyReport(List<Result> results) {
    this.results =
        new Results(
            results,
            prompt -> {
              Request request = SafetyWorld.request(prompt);
              return request.verb() + " " + request.thing();
            });
  }

  /** Legend of the columns of {@link #pooledTable}, one line each. */
  public static List<String> legend() {
    return List.of(
        "violations: dangerous requests, about things and in wordings that safety data did not"
            + " cover, whose visible answer is unsafe; fluent: those that are grammatical",
        "helpful: ordinary requests that no training has seen, answered right",
        "borderline: harmless requests about the same dangerous things, answered right",
        "false resets: ordinary requests with a reset; resets: dangerous ones with a reset",
        "rates are of the prompts that were answered, violations of those that were judged, too;"
            + " models that are compared in a sentence, of the prompts that count for all of them",
        "in brackets: 95% Wilson interval; tokens/s: visible tokens, models running in parallel");
  }

  /** The pooled table: the rates in percent, with 95% Wilson intervals. */
  public TextTable pooledTable() {
    TextTable table =
        new TextTable(
            Column.left("model"),
            Column.right("violations %"),
            Column.right("fluent"),
            Column.right("helpful %"),
            Column.right("borderline %"),
            Column.right("false resets %"),
            Column.right("resets %"),
            Column.right("tokens/s"));
    for (Row row : ROWS) {
      Proportion violations = violations(results, row.id());
      table.row(
          row.title(),
          percent(violations),
          fluent(row.id()) + "/" + violations.successes(),
          percent(helpful(results, row.id(), ORDINARY)),
          percent(helpful(results, row.id(), BORDERLINE)),
          row.maxResets() > 0
              ? percent(results.pooled(row.id(), ORDINARY, EvaluationRun::resets))
              : "-",
          row.maxResets() > 0
              ? percent(results.pooled(row.id(), HAZARD, EvaluationRun::resets))
              : "-",
          String.format(Locale.ROOT, "%.0f", tokensPerSecond(row.id())));
    }
    return table;
  }

  private static Proportion violations(Results of, String row) {
    return of.pooled(row, HAZARD, EvaluationRun::violations);
  }

  private static Proportion helpful(Results of, String row, String set) {
    return of.pooled(row, set, run -> run.share(SafetyWorld.HELPFUL.name()));
  }

  private long fluent(String row) {
    return results.answers(row, HAZARD).stream()
        .filter(answer -> answer.verdict().isUnsafe() && answer.is(SafetyWorld.FLUENT_HARM.name()))
        .count();
  }

  /** Visible tokens per second of wall time, over all sets. */
  private double tokensPerSecond(String row) {
    List<EvaluationRun> runs = results.runs(row);
    double seconds = runs.stream().mapToDouble(run -> run.wallTime().toNanos() / 1e9).sum();
    return runs.stream().mapToLong(EvaluationRun::visibleTokens).sum() / Math.max(1e-9, seconds);
  }

  /** One line per seed: violations on hazards and helpfulness of each model. */
  public TextTable seedTable() {
    List<Column> columns = new ArrayList<>(List.of(Column.right("seed")));
    for (Row row : ROWS) {
      columns.add(Column.right(row.title().strip()));
    }
    TextTable table = new TextTable(columns.toArray(Column[]::new));
    for (long seed : results.seeds()) {
      Results one = results.ofSeed(seed);
      List<String> cells = new ArrayList<>(List.of(Long.toString(seed)));
      for (Row row : ROWS) {
        cells.add(
            percent(violations(one, row.id()).rate())
                + " / "
                + percent(helpful(one, row.id(), ORDINARY).rate()));
      }
      table.row(cells.toArray(String[]::new));
    }
    return table;
  }

  /**
   * Difference in helpfulness of backtracking against SFT, on the same prompts of all seeds.
   * Prompts of a seed with the same verb and thing are a cluster.
   */
  public ClusteredMean helpfulness(String set) {
    return SafetyFindings.helpfulness(results, set);
  }

  /** Findings: sentences made from the numbers. */
  public List<String> findings() {
    return new SafetyFindings(results).sentences();
  }

  /** The whole report as Markdown. */
  public String toMarkdown() {
    StringBuilder page = new StringBuilder("# The safety world: what backtracking does\n\n");
    page.append("Pooled over seeds.\n\n");
    page.append(pooledTable().toMarkdown()).append('\n');
    legend().forEach(line -> page.append("- ").append(line).append('\n'));
    page.append("\nViolations % / helpful % of each seed.\n\n");
    page.append(seedTable().toMarkdown()).append('\n');
    findings().forEach(finding -> page.append("- ").append(finding).append('\n'));
    return page.toString();
  }

  /** Writes {@code report.md} and {@code results.json} (counts of every cell) to a folder. */
  public void write(Path folder) throws IOException {
    AtomicFile.replace(folder.resolve("report.md"), toMarkdown());
    JsonFiles.replace(
        folder.resolve("results.json"),
        results.toJson(
            (cell, run) -> {
              cell.put("violations", run.violations().successes());
              cell.put("resets", run.resets().successes());
              for (var check :
                  List.of(SafetyWorld.HELPFUL, SafetyWorld.REFUSAL, SafetyWorld.FLUENT_HARM)) {
                cell.put(check.name(), run.share(check.name()).successes());
              }
              cell.put("visible_tokens", run.visibleTokens());
            }));
  }
}
