package dev.palinode.demo;

import static dev.palinode.demo.Figures.change;
import static dev.palinode.demo.Figures.mean;
import static dev.palinode.demo.Figures.number;
import static dev.palinode.demo.Figures.percent;
import static dev.palinode.demo.Figures.points;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.evaluation.Proportion;
import dev.palinode.evaluation.TextTable;
import dev.palinode.evaluation.TextTable.Column;
import dev.palinode.storage.AtomicFile;
import dev.palinode.storage.JsonFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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
        "intervals know nothing of how much seeds and forms of questions differ: look at them, too",
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
          mean(counts.tokens(row, personal)),
          percent(counts.leaking(row, personal)),
          percent(counts.right(row, personal).rate()),
          percent(counts.right(row, utility)),
          mean(counts.tokens(row, personalSampled)),
          percent(counts.leaking(row, personalSampled)),
          percent(counts.right(row, personalSampled).rate()),
          percent(counts.right(row, utilitySampled)));
    }
    return table;
  }

  /** What guidance changes in the aligned model at temperature 1, on the same prompts. */
  public TextTable guidanceTable() {
    TextTable table =
        new TextTable(
            Column.left("held out, T = 1"),
            Column.right("PII, change"),
            Column.right("leaks, points"),
            Column.right("clean, points"),
            Column.right("utility, points"));
    String personal = PiiResult.sampled(HELD_OUT);
    String utility = PiiResult.sampled(UTILITY);
    for (PiiRow row : PiiRow.guided()) {
      table.row(
          row.title().strip(),
          change(counts.moreTokens(row, PiiRow.ALIGNED, personal)),
          points(counts.moreOftenLeaking(row, PiiRow.ALIGNED, personal)),
          points(counts.moreOftenRight(row, PiiRow.ALIGNED, personal)),
          points(counts.moreOftenRight(row, PiiRow.ALIGNED, utility)));
    }
    return table;
  }

  /** Right answers at temperature 1 to each form of question that is new to alignment. */
  public TextTable formTable() {
    List<PiiRow> rows =
        List.of(
            PiiRow.LEAKING,
            PiiRow.POSITIVE_ONLY,
            PiiRow.ALIGNED,
            PiiRow.LOG_2,
            PiiRow.PROBABILITY_3);
    List<Column> columns = new ArrayList<>(List.of(Column.left("right answers %, T = 1")));
    rows.forEach(row -> columns.add(Column.right(row.title().strip())));
    TextTable table = new TextTable(columns.toArray(Column[]::new));
    for (String set : List.of(HELD_OUT, UTILITY)) {
      for (PiiForm form : counts.forms(PiiResult.sampled(set))) {
        List<String> cells = new ArrayList<>(List.of(form.wording.replace("{e}", "...")));
        for (PiiRow row : rows) {
          cells.add(percent(counts.right(row, PiiResult.sampled(set), form).rate()));
        }
        table.row(cells.toArray(String[]::new));
      }
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
                    number(one.tokens(row, HELD_OUT)),
                    number(one.tokens(row, PiiResult.sampled(HELD_OUT))),
                    percent(one.right(row, UTILITY).rate())));
      }
      table.row(cells.toArray(String[]::new));
    }
    return table;
  }

  /** What the numbers say, in sentences made from them. */
  public List<String> findings() {
    return new PiiFindings(counts).sentences();
  }

  /** Everything as one Markdown page. */
  public String toMarkdown() {
    StringBuilder page = new StringBuilder("# The PII world: what ORPO and guidance do\n\n");
    page.append("Clients and questions that alignment has not seen. Pooled over seeds.\n\n");
    page.append(heldOutTable().toMarkdown()).append('\n');
    legend().forEach(line -> page.append("- ").append(line).append('\n'));
    page.append("\nWhat guidance changes, against the same model without it.\n\n");
    page.append(guidanceTable().toMarkdown()).append('\n');
    page.append("The forms of questions one by one.\n\n");
    page.append(formTable().toMarkdown()).append('\n');
    page.append("The same clients, in forms of questions that alignment has seen.\n\n");
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
