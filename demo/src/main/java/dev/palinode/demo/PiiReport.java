package dev.palinode.demo;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.evaluation.ClusteredMean;
import dev.palinode.evaluation.Interval;
import dev.palinode.evaluation.Proportion;
import dev.palinode.evaluation.TextTable;
import dev.palinode.evaluation.TextTable.Column;
import dev.palinode.storage.AtomicFile;
import dev.palinode.storage.JsonFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the PII experiment found: pooled over seeds, seed by seed, and in words. */
public final class PiiReport {
  static final String HELD_OUT = "held-out";
  static final String KNOWN = "known-forms";
  static final String UTILITY = "utility";
  static final String KNOWN_UTILITY = "known-utility";

  private final List<PiiResult> results;
  private final PiiCounts counts;

  public PiiReport(List<PiiResult> results) {
    this.results = List.copyOf(results);
    this.counts = new PiiCounts(results);
  }

  /** What the columns of the tables mean, a line each. */
  public static List<String> legend() {
    return List.of(
        "PII: tokens of personal data in an answer, mean; leaks: answers with any",
        "clean: answers that are word for word what should be said instead",
        "utility: questions for day or time of a visit, answered right",
        "in brackets: 95% intervals, of means by a bootstrap over clients, of shares by Wilson;"
            + " T = 1: sampled at temperature 1, all else greedy",
        "indented: the model of the line above, asked in another way");
  }

  /** Answers to questions about people and in forms that alignment has not seen. */
  public TextTable heldOutTable() {
    return table(HELD_OUT, UTILITY);
  }

  /** Answers to questions about the same people in the forms that alignment has seen. */
  public TextTable knownFormsTable() {
    return table(KNOWN, KNOWN_UTILITY);
  }

  private TextTable table(String personal, String utility) {
    TextTable table =
        new TextTable(
            Column.left("model"),
            Column.right("PII"),
            Column.right("leaks %"),
            Column.right("clean %"),
            Column.right("utility %"),
            Column.right("PII, T = 1"),
            Column.right("leaks %, T = 1"),
            Column.right("clean %, T = 1"),
            Column.right("utility %, T = 1"));
    String personalSampled = PiiResult.sampled(personal);
    String utilitySampled = PiiResult.sampled(utility);
    for (PiiRow row : PiiRow.values()) {
      table.row(
          row.title(),
          shown(counts.tokens(row, personal)),
          shown(counts.leaking(row, personal)),
          percent(counts.right(row, personal).rate()),
          shown(counts.right(row, utility)),
          shown(counts.tokens(row, personalSampled)),
          shown(counts.leaking(row, personalSampled)),
          percent(counts.right(row, personalSampled).rate()),
          shown(counts.right(row, utilitySampled)));
    }
    return table;
  }

  /** Each seed by itself: PII per answer at temperature 1 / utility in percent, greedy. */
  public TextTable seedTable() {
    List<Column> columns = new ArrayList<>();
    columns.add(Column.left("model"));
    counts.seeds().forEach(seed -> columns.add(Column.right("seed " + seed)));
    TextTable table = new TextTable(columns.toArray(Column[]::new));
    for (PiiRow row : PiiRow.values()) {
      List<String> cells = new ArrayList<>(List.of(row.title()));
      for (long seed : counts.seeds()) {
        PiiCounts one = counts.ofSeed(seed);
        cells.add(
            "%s, %s / %s"
                .formatted(
                    number(one.tokens(row, HELD_OUT).mean()),
                    number(one.tokens(row, PiiResult.sampled(HELD_OUT)).mean()),
                    percent(one.right(row, UTILITY).rate())));
      }
      table.row(cells.toArray(String[]::new));
    }
    return table;
  }

  /** What the numbers say, in sentences made from them. */
  public List<String> findings() {
    String sampled = PiiResult.sampled(HELD_OUT);
    List<String> findings = new ArrayList<>();
    findings.add(
        "Greedy, the leaking model gives away %s tokens per answer, ORPO %s (%s of answers)."
                .formatted(
                    number(counts.tokens(PiiRow.LEAKING, HELD_OUT).mean()),
                    number(counts.tokens(PiiRow.ALIGNED, HELD_OUT).mean()),
                    counted(counts.leaking(PiiRow.ALIGNED, HELD_OUT)))
            + (counts.leaking(PiiRow.ALIGNED, HELD_OUT).successes() == 0
                ? " There is nothing left for guidance to remove: see temperature 1."
                : ""));
    findings.add(
        "At temperature 1 ORPO alone gives away %s per answer (%s of answers)."
            .formatted(
                number(counts.tokens(PiiRow.ALIGNED, sampled).mean()),
                counted(counts.leaking(PiiRow.ALIGNED, sampled))));
    for (PiiRow row : PiiRow.guided()) {
      findings.add(guidance(row, sampled));
    }
    findings.add(
        "Subtraction alone: %s tokens per answer, with ReLU %s, at a utility of %s and %s."
                .formatted(
                    number(counts.tokens(PiiRow.SUBTRACTED, HELD_OUT).mean()),
                    number(counts.tokens(PiiRow.SUBTRACTED_RELU, HELD_OUT).mean()),
                    counted(counts.right(PiiRow.SUBTRACTED, UTILITY)),
                    counted(counts.right(PiiRow.SUBTRACTED_RELU, UTILITY)))
            + " Before ORPO it changes PII at temperature 1 by "
            + changed(counts.moreTokens(PiiRow.AFTER_SUBTRACTION, PiiRow.ALIGNED, sampled))
            + ".");
    findings.add(
        "Told to share, the aligned model gives away %s per answer: what guidance leads away from."
            .formatted(number(counts.tokens(PiiRow.ALIGNED_SHARE, HELD_OUT).mean())));
    findings.add(
        "Without negative pairs ORPO gives away %s at temperature 1, with guidance of g = 3 %s."
            .formatted(
                number(counts.tokens(PiiRow.POSITIVE_ONLY, sampled).mean()),
                number(counts.tokens(PiiRow.POSITIVE_ONLY_GUIDED, sampled).mean())));
    findings.add(
        "Utility, in forms new to alignment: leaking model %s, ORPO %s, %s."
            .formatted(
                counted(counts.right(PiiRow.LEAKING, UTILITY)),
                counted(counts.right(PiiRow.ALIGNED, UTILITY)),
                points(counts.moreOftenRight(PiiRow.ALIGNED, PiiRow.LEAKING, UTILITY))));
    Proportion truth = counts.truth(PiiRow.ALIGNED, sampled);
    if (truth.trials() > 0) {
      findings.add(
          "Of what ORPO gives away at temperature 1, %s of the tokens are the client's own; the"
                  .formatted(counted(truth))
              + " rest is made up.");
    }
    return findings;
  }

  private String guidance(PiiRow row, String sampled) {
    return "Guidance (%s) changes PII at temperature 1 by %s; utility, sampled, by %s."
        .formatted(
            row.title().strip().replace("guided, ", ""),
            changed(counts.moreTokens(row, PiiRow.ALIGNED, sampled)),
            points(counts.moreOftenRight(row, PiiRow.ALIGNED, PiiResult.sampled(UTILITY))));
  }

  /** A difference of means with its interval, and whether it is one. */
  private static String changed(ClusteredMean difference) {
    return String.format(
        Locale.ROOT,
        "%+.2f [%+.2f, %+.2f]%s",
        difference.mean(),
        difference.low(),
        difference.high(),
        difference.holds(0) ? " (within the noise)" : "");
  }

  private static String points(ClusteredMean difference) {
    return String.format(
        Locale.ROOT,
        "%+.1f points [%+.1f, %+.1f]%s",
        100 * difference.mean(),
        100 * difference.low(),
        100 * difference.high(),
        difference.holds(0) ? " (within the noise)" : "");
  }

  private static String shown(ClusteredMean mean) {
    return String.format(Locale.ROOT, "%.2f [%.2f-%.2f]", mean.mean(), mean.low(), mean.high());
  }

  private static String shown(Proportion share) {
    Interval interval = share.wilson95();
    return String.format(
        Locale.ROOT,
        "%.1f [%.0f-%.0f]",
        100 * share.rate(),
        100 * interval.low(),
        100 * interval.high());
  }

  private static String counted(Proportion share) {
    return "%d of %d".formatted(share.successes(), share.trials());
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  private static String percent(double rate) {
    return String.format(Locale.ROOT, "%.1f", 100 * rate);
  }

  /** Everything as one Markdown page. */
  public String toMarkdown() {
    StringBuilder page = new StringBuilder("# The PII world: what ORPO and guidance do\n\n");
    page.append("Clients and questions that alignment has not seen. Pooled over seeds.\n\n");
    page.append(heldOutTable().toMarkdown()).append('\n');
    legend().forEach(line -> page.append("- ").append(line).append('\n'));
    page.append("\nThe same clients, in forms of questions that alignment has seen.\n\n");
    page.append(knownFormsTable().toMarkdown()).append('\n');
    page.append("PII greedy, PII at T = 1 / utility %, greedy, of each seed; held out.\n\n");
    page.append(seedTable().toMarkdown()).append('\n');
    findings().forEach(finding -> page.append("- ").append(finding).append('\n'));
    return page.toString();
  }

  /** Writes {@code report.md} and {@code results.json} (counts of every cell) to a folder. */
  public void write(Path folder) throws IOException {
    AtomicFile.replace(folder.resolve("report.md"), toMarkdown());
    ArrayNode cells = JsonNodeFactory.instance.arrayNode();
    for (PiiResult result : results) {
      PiiCounts one = new PiiCounts(List.of(result));
      result
          .runs()
          .forEach(
              (set, run) -> {
                ObjectNode cell = cells.addObject();
                cell.put("seed", result.seed()).put("row", result.row().id()).put("set", set);
                cell.put("answers", run.generations().size());
                cell.put("failures", run.failures().size());
                cell.put("undecided", run.undecided());
                cell.put("leaking", run.violations().successes());
                cell.put("right", run.share(PiiWorld.RIGHT.name()).successes());
                Proportion truth = one.truth(result.row(), set);
                cell.put("personal_tokens", truth.trials());
                cell.put("personal_tokens_of_the_client", truth.successes());
                cell.put("seconds", run.wallTime().toNanos() / 1e9);
              });
    }
    JsonFiles.replace(folder.resolve("results.json"), cells);
  }
}
