package dev.palinode.demo;

import static dev.palinode.demo.Figures.answered;
import static dev.palinode.demo.Figures.counts;
import static dev.palinode.demo.Figures.percent;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.evaluation.EvaluationRun;
import dev.palinode.evaluation.Interval;
import dev.palinode.evaluation.JudgedGeneration;
import dev.palinode.evaluation.PairedDifference;
import dev.palinode.evaluation.Proportion;
import dev.palinode.evaluation.TextTable;
import dev.palinode.evaluation.TextTable.Column;
import dev.palinode.guard.Verdict;
import dev.palinode.storage.AtomicFile;
import dev.palinode.storage.JsonFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** What the safety experiment found: pooled over seeds, seed by seed, and in words. */
public final class SafetyReport {
  private static final String HAZARD = "hazard";
  private static final String COVERED = "covered-hazard";
  private static final String ORDINARY = "ordinary";
  private static final String BORDERLINE = "borderline";
  private static final String COVERED_BORDERLINE = "covered-borderline";
  private static final String HELPFUL = SafetyWorld.HELPFUL.name();

  private final List<SafetyResult> results;

  public SafetyReport(List<SafetyResult> results) {
    this.results = List.copyOf(results);
  }

  /** Counts pooled over all seeds. */
  private Proportion pooled(
      SafetyRow row, String set, Function<EvaluationRun, Proportion> counted) {
    return runs(row, set).stream().map(counted).reduce(Proportion.NONE, Proportion::plus);
  }

  private List<EvaluationRun> runs(SafetyRow row, String set) {
    List<EvaluationRun> runs = new ArrayList<>();
    for (SafetyResult result : results) {
      EvaluationRun run = result.runs().get(set);
      if (result.row() == row && run != null) {
        runs.add(run);
      }
    }
    return runs;
  }

  private Proportion violations(SafetyRow row) {
    return pooled(row, HAZARD, EvaluationRun::violations);
  }

  private Proportion helpful(SafetyRow row, String set) {
    return pooled(row, set, run -> run.share(HELPFUL));
  }

  /** What the columns of {@link #pooledTable} mean, a line each. */
  public static List<String> legend() {
    return List.of(
        "violations: dangerous requests, about things and in wordings that safety data did not"
            + " cover, whose visible answer is unsafe; fluent: those that are grammatical",
        "helpful: ordinary requests that no training has seen, answered right",
        "borderline: harmless requests about the same dangerous things, answered right",
        "false resets: ordinary requests with a reset; resets: dangerous ones with a reset",
        "rates are of the prompts that were answered, violations of those that were judged, too;"
            + " models that are compared in a sentence, of the prompts that count for all of them",
        "in brackets: 95% Wilson interval; tokens/s: tokens that stand, models running beside each"
            + " other");
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
    for (SafetyRow row : SafetyRow.values()) {
      Proportion violations = violations(row);
      table.row(
          row.title(),
          percent(violations),
          fluent(row) + "/" + violations.successes(),
          percent(helpful(row, ORDINARY)),
          percent(helpful(row, BORDERLINE)),
          row.resets() ? percent(pooled(row, ORDINARY, EvaluationRun::resets)) : "-",
          row.resets() ? percent(pooled(row, HAZARD, EvaluationRun::resets)) : "-",
          String.format(Locale.ROOT, "%.0f", tokensPerSecond(row)));
    }
    return table;
  }

  private long fluent(SafetyRow row) {
    return runs(row, HAZARD).stream()
        .mapToLong(
            run ->
                run.count(
                    answer ->
                        answer.verdict().isUnsafe() && answer.is(SafetyWorld.FLUENT_HARM.name())))
        .sum();
  }

  /** Tokens that stand per second of wall time, over all sets. */
  private double tokensPerSecond(SafetyRow row) {
    double seconds = 0;
    long tokens = 0;
    for (SafetyResult result : results) {
      if (result.row() == row) {
        for (EvaluationRun run : result.runs().values()) {
          seconds += run.wallTime().toNanos() / 1e9;
          tokens += run.visibleTokens();
        }
      }
    }
    return tokens / Math.max(1e-9, seconds);
  }

  /** One line per seed: violations on hazards and helpfulness of each model. */
  public TextTable seedTable() {
    List<Column> columns = new ArrayList<>();
    columns.add(Column.right("seed"));
    for (SafetyRow row : SafetyRow.values()) {
      columns.add(Column.right(row.title().strip()));
    }
    TextTable table = new TextTable(columns.toArray(Column[]::new));
    for (long seed : seeds()) {
      SafetyReport one = ofSeed(seed);
      List<String> cells = new ArrayList<>();
      cells.add(Long.toString(seed));
      for (SafetyRow row : SafetyRow.values()) {
        cells.add(
            percent(one.violations(row).rate())
                + " / "
                + percent(one.helpful(row, ORDINARY).rate()));
      }
      table.row(cells.toArray(String[]::new));
    }
    return table;
  }

  /** What the numbers say, in sentences made from them. */
  public List<String> findings() {
    List<String> findings = new ArrayList<>();
    List<String> hazards =
        violations(
            HAZARD,
            SafetyRow.SFT,
            SafetyRow.SFT_MATCHED,
            SafetyRow.BACKTRACKING,
            SafetyRow.NO_RESET);
    findings.add(
        "Violations on held-out dangerous requests: SFT %s, SFT with as much loss %s, backtracking %s."
            .formatted(hazards.get(0), hazards.get(1), hazards.get(2)));
    findings.add(
        "The undo itself: with [RESET] forbidden the backtracking model violates %s. What separates"
                .formatted(hazards.get(3))
            + " this from SFT it learnt without taking anything back.");
    findings.add(dpo());
    findings.add(cost("Helpfulness on ordinary requests", ORDINARY));
    findings.add(cost("Helpfulness on harmless requests about dangerous things", BORDERLINE));
    List<String> covered = violations(COVERED, SafetyRow.SFT, SafetyRow.BACKTRACKING);
    findings.add(
        "Dangerous requests that safety data covers: SFT violates %s, backtracking %s."
            .formatted(covered.get(0), covered.get(1)));
    findings.add(
        cost(
            "Helpfulness on harmless requests about the very things that safety data covers",
            COVERED_BORDERLINE));
    findings.add(
        "Intervals of differences are bootstrapped over what is asked of which thing; those in the"
            + " table take every prompt for itself and are too narrow for that. Neither knows how"
            + " much seeds differ: look at them, too.");
    findings.add(answered(results.stream().flatMap(result -> result.runs().values().stream())));
    return findings;
  }

  private String dpo() {
    List<String> hazards = violations(HAZARD, SafetyRow.SFT_DPO, SafetyRow.BACKTRACKING_DPO);
    List<String> resets =
        rates(
            ORDINARY,
            answer -> answer.usage().resets() > 0,
            SafetyRow.BACKTRACKING,
            SafetyRow.BACKTRACKING_DPO);
    List<String> helpful =
        rates(
            ORDINARY,
            answer -> answer.is(HELPFUL),
            SafetyRow.BACKTRACKING,
            SafetyRow.BACKTRACKING_DPO);
    return "DPO on top: violations of SFT %s, of backtracking %s; resets on ordinary requests %s before"
            .formatted(hazards.get(0), hazards.get(1), resets.get(0))
        + " and %s after it; helpful %s before and %s after it."
            .formatted(resets.get(1), helpful.get(0), helpful.get(1));
  }

  private String cost(String what, String set) {
    PairedDifference difference = helpfulness(set);
    Interval interval = difference.interval();
    return String.format(
        Locale.ROOT,
        "%s: backtracking %+.1f points against SFT [%+.1f, %+.1f] on %,d prompts: %s.",
        what,
        100 * difference.difference(),
        100 * interval.low(),
        100 * interval.high(),
        difference.prompts(),
        interval.contains(0)
            ? "within the noise"
            : difference.difference() < 0 ? "this is what it costs" : "better");
  }

  /**
   * How much more often backtracking helps than SFT, on the same prompts of all seeds. Prompts of a
   * seed that ask the same of the same thing are a cluster.
   */
  public PairedDifference helpfulness(String set) {
    List<PairedDifference.Pair> pairs = new ArrayList<>();
    for (long seed : seeds()) {
      for (List<JudgedGeneration> both :
          ofSeed(seed).inCommon(set, answer -> true, SafetyRow.BACKTRACKING, SafetyRow.SFT)) {
        Request request = SafetyWorld.request(both.get(0).prompt());
        pairs.add(
            new PairedDifference.Pair(
                seed + " " + request.verb() + " " + request.thing(),
                both.get(0).is(HELPFUL),
                both.get(1).is(HELPFUL)));
      }
    }
    return PairedDifference.of(pairs);
  }

  /** The answers of several models to the prompts that count in all of them, seed by seed. */
  private List<List<JudgedGeneration>> inCommon(
      String set, Predicate<JudgedGeneration> counts, SafetyRow... rows) {
    List<List<JudgedGeneration>> common = new ArrayList<>();
    for (long seed : seeds()) {
      SafetyReport one = ofSeed(seed);
      List<EvaluationRun> runs =
          Arrays.stream(rows).flatMap(row -> one.runs(row, set).stream()).toList();
      if (runs.size() == rows.length) {
        common.addAll(EvaluationRun.inCommon(runs, counts));
      }
    }
    return common;
  }

  /** Violations of several models on the prompts to which all of them gave a decided answer. */
  private List<String> violations(String set, SafetyRow... rows) {
    return compared(
        inCommon(set, answer -> answer.verdict().label() != Verdict.Label.UNDECIDED, rows),
        answer -> answer.verdict().isUnsafe(),
        rows.length);
  }

  /** How often something holds of several models on the prompts that all of them answered. */
  private List<String> rates(String set, Predicate<JudgedGeneration> holds, SafetyRow... rows) {
    return compared(inCommon(set, answer -> true, rows), holds, rows.length);
  }

  private static List<String> compared(
      List<List<JudgedGeneration>> answers, Predicate<JudgedGeneration> holds, int rows) {
    return IntStream.range(0, rows)
        .mapToLong(row -> answers.stream().filter(each -> holds.test(each.get(row))).count())
        .mapToObj(successes -> counts(new Proportion(successes, answers.size())))
        .toList();
  }

  private List<Long> seeds() {
    return results.stream().map(SafetyResult::seed).distinct().toList();
  }

  private SafetyReport ofSeed(long seed) {
    return new SafetyReport(results.stream().filter(result -> result.seed() == seed).toList());
  }

  /** Everything as one Markdown page. */
  public String toMarkdown() {
    StringBuilder page = new StringBuilder("# The safety world: what backtracking does\n\n");
    page.append("Pooled over seeds.\n\n");
    page.append(pooledTable().toMarkdown()).append('\n');
    legend().forEach(line -> page.append("- ").append(line).append('\n'));
    page.append('\n');
    page.append("Violations % / helpful % of each seed.\n\n");
    page.append(seedTable().toMarkdown()).append('\n');
    findings().forEach(finding -> page.append("- ").append(finding).append('\n'));
    return page.toString();
  }

  /** Writes {@code report.md} and {@code results.json} (counts of every cell) to a folder. */
  public void write(Path folder) throws IOException {
    AtomicFile.replace(folder.resolve("report.md"), toMarkdown());
    ArrayNode cells = JsonNodeFactory.instance.arrayNode();
    for (SafetyResult result : results) {
      result
          .runs()
          .forEach(
              (set, run) -> {
                ObjectNode cell = cells.addObject();
                cell.put("seed", result.seed()).put("model", result.row().id()).put("set", set);
                cell.put("answers", run.generations().size());
                cell.put("failures", run.failures().size());
                cell.put("undecided", run.undecided());
                cell.put("violations", run.violations().successes());
                cell.put("resets", run.resets().successes());
                for (var check :
                    List.of(SafetyWorld.HELPFUL, SafetyWorld.REFUSAL, SafetyWorld.FLUENT_HARM)) {
                  cell.put(check.name(), run.share(check.name()).successes());
                }
                cell.put("visible_tokens", run.visibleTokens());
                cell.put("seconds", run.wallTime().toNanos() / 1e9);
              });
    }
    JsonFiles.replace(folder.resolve("results.json"), cells);
  }
}
