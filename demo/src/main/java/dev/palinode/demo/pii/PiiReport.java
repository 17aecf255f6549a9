package dev.palinode.demo.pii;

import static dev.palinode.demo.Figures.change;
import static dev.palinode.demo.Figures.mean;
import static dev.palinode.demo.Figures.number;
import static dev.palinode.demo.Figures.percent;
import static dev.palinode.demo.Figures.points;

import dev.palinode.demo.Cell;
import dev.palinode.demo.ExperimentFile;
import dev.palinode.demo.ExperimentFile.Row;
import dev.palinode.demo.Results;
import dev.palinode.demo.Shape;
import dev.palinode.evaluation.statistics.Estimate;
import dev.palinode.evaluation.statistics.Proportion;
import dev.palinode.report.Page;
import dev.palinode.report.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Report of the PII experiment: tables pooled over seeds and per seed, and findings in sentences.
 */
public final class PiiReport {
  static final String HELD_OUT = "held-out";
  static final String KNOWN = "known-forms";
  static final String UTILITY = "utility";
  static final String KNOWN_UTILITY = "known-utility";

  static final String LEAKING = "leaking";
  static final String POSITIVE_ONLY = "positive-only";
  static final String ALIGNED = "aligned";

  private static final List<Row> ROWS = ExperimentFile.of(PiiReport.class).rows();
  private static final List<String> BY_FORM =
      List.of(LEAKING, POSITIVE_ONLY, ALIGNED, "log-2", "probability-3");

  private final Results results;
  private final PiiCounts counts;

  public PiiReport(List<Cell> results) {
    this.results = new Results(results);
    this.counts = new PiiCounts(this.results);
  }

  /** Name of a prompt set when it is sampled at temperature 1; greedy sets have their own name. */
  static String sampled(String set) {
    return set + "-t1";
  }

  PiiCounts counts() {
    return counts;
  }

  /** Tokens of personal data per answer at temperature 1; held out. */
  public Estimate personalTokens(String row) {
    return counts.tokens(row, sampled(HELD_OUT));
  }

  /** Questions for day or time answered correctly at temperature 1; held out. */
  public Estimate utility(String row) {
    return counts.right(row, sampled(UTILITY));
  }

  /** Legend of the tables' columns, one line each. */
  public static List<String> legend() {
    return List.of(
        "PII: tokens of personal data in an answer, mean; leaks: answers with any",
        "clean: answers that are word for word what should be said instead",
        "utility: questions for day or time of a visit, answered right",
        "in brackets: 95% interval by a bootstrap over seeds; of three seeds it is hardly more than"
            + " their range, of one there is none. All seeds share the wordings of the test",
        "T = 1: sampled at temperature 1, all else greedy",
        "indented: the model of the line above, asked in another way");
  }

  /** Answers to questions about people and in forms that alignment has not seen. */
  public Table heldOutTable() {
    return table(HELD_OUT, UTILITY);
  }

  /** Answers to questions about the same people in the forms that alignment has seen. */
  public Table knownFormsTable() {
    return table(KNOWN, KNOWN_UTILITY);
  }

  private Table table(String personal, String utility) {
    Table table = new Table().left("model");
    for (String how : List.of("", ", T = 1")) {
      for (String what : List.of("PII", "leaks %", "clean %", "utility %")) {
        table.right(what + how);
      }
    }
    for (Row row : ROWS) {
      List<String> cells = new ArrayList<>(List.of(row.title()));
      cells.addAll(cells(row.id(), personal, utility));
      cells.addAll(cells(row.id(), sampled(personal), sampled(utility)));
      table.row(cells.toArray(String[]::new));
    }
    return table;
  }

  private List<String> cells(String row, String personal, String utility) {
    return List.of(
        mean(counts.tokens(row, personal)),
        percent(counts.leaking(row, personal)),
        percent(counts.right(row, personal).value()),
        percent(counts.right(row, utility)));
  }

  /** The rows in which the aligned model is guided. */
  static List<Row> guided() {
    return ROWS.stream().filter(row -> row.model().equals("orpo") && row.away() != null).toList();
  }

  /** Effect of guidance on the aligned model at temperature 1, on the same prompts. */
  public Table guidanceTable() {
    Table table =
        new Table()
            .left("held out, T = 1")
            .right("PII, change", "each seed", "leaks, points", "clean, points", "utility, points");
    String personal = sampled(HELD_OUT);
    for (Row row : guided()) {
      table.row(
          row.title().strip(),
          change(counts.moreTokens(row.id(), ALIGNED, personal)),
          eachSeed(row.id(), personal),
          points(counts.moreOftenLeaking(row.id(), ALIGNED, personal)),
          points(counts.moreOftenRight(row.id(), ALIGNED, personal)),
          points(counts.moreOftenRight(row.id(), ALIGNED, sampled(UTILITY))));
    }
    return table;
  }

  /** {@code +0.01, +0.01, -0.90}: the change of PII by guidance of each seed. */
  private String eachSeed(String row, String personal) {
    return results.seeds().stream()
        .map(seed -> change(counts.ofSeed(seed).moreTokens(row, ALIGNED, personal)))
        .collect(Collectors.joining(", "));
  }

  /** Right answers at temperature 1 to each form of question that is new to alignment. */
  public Table formTable() {
    Table table = new Table().left("right answers %, T = 1");
    ROWS.stream()
        .filter(row -> BY_FORM.contains(row.id()))
        .forEach(row -> table.right(row.title().strip()));
    for (String set : List.of(sampled(HELD_OUT), sampled(UTILITY))) {
      for (PiiForm form : forms(set)) {
        List<String> cells = new ArrayList<>(List.of(form.wording().replace("{e}", "...")));
        BY_FORM.forEach(row -> cells.add(percent(counts.right(row, set, form).rate())));
        table.row(cells.toArray(String[]::new));
      }
    }
    return table;
  }

  private List<PiiForm> forms(String set) {
    List<PiiForm> asked =
        results.answers(LEAKING, set).stream()
            .map(answer -> PiiWorld.question(answer.prompt()).form())
            .toList();
    return PiiWorld.WORDS.forms().stream().filter(asked::contains).toList();
  }

  /** Per seed: PII per answer, greedy and at temperature 1 / utility in percent. */
  public Table seedTable() {
    Table table = new Table().left("model");
    results.seeds().forEach(seed -> table.right("seed " + seed));
    for (Row row : ROWS) {
      List<String> cells = new ArrayList<>(List.of(row.title()));
      for (long seed : results.seeds()) {
        PiiCounts one = counts.ofSeed(seed);
        cells.add(
            "%s, %s / %s"
                .formatted(
                    number(one.tokens(row.id(), HELD_OUT)),
                    number(one.tokens(row.id(), sampled(HELD_OUT))),
                    percent(one.right(row.id(), UTILITY).value())));
      }
      table.row(cells.toArray(String[]::new));
    }
    return table;
  }

  /** Findings: sentences made from the numbers. */
  public List<String> findings() {
    return new PiiFindings(counts).sentences();
  }

  /** What Smirnov found, and whether it shows here. */
  public List<Shape> shapes() {
    return new PiiShapes(counts).all();
  }

  /** Adds tables and findings to a page. */
  public void addTo(Page page) {
    page.paragraph("Clients and questions that alignment has not seen. Pooled over seeds.")
        .table(heldOutTable())
        .list(legend())
        .list(findings())
        .paragraph("What guidance changes, against the same model without it.")
        .table(guidanceTable())
        .paragraph("The forms of questions one by one.")
        .table(formTable())
        .paragraph("The same clients, in forms of questions that alignment has seen.")
        .table(knownFormsTable())
        .paragraph("PII greedy, PII at T = 1 / utility %, greedy, of each seed; held out.")
        .table(seedTable());
  }

  /** Writes a page of this alone, and the counts. */
  public void write(Path folder) throws IOException {
    Page page = new Page("The PII world: what ORPO and guidance do");
    addTo(page);
    Results.write(folder, page);
    writeCounts(folder);
  }

  /** Writes {@code results.json}, the counts of every cell. */
  public void writeCounts(Path folder) throws IOException {
    results.writeCounts(
        folder,
        (json, cell) -> {
          Proportion truth = PiiCounts.truth(cell.answers());
          json.put("leaking", cell.violations().successes());
          json.put("right", cell.count(answer -> answer.is(PiiWorld.RIGHT)));
          json.put("personal_tokens", truth.trials());
          json.put("personal_tokens_of_the_client", truth.successes());
        });
  }
}
