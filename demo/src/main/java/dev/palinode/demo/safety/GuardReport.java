package dev.palinode.demo.safety;

import dev.palinode.demo.Figures;
import dev.palinode.evaluation.statistics.Proportion;
import dev.palinode.report.Page;
import dev.palinode.report.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** The tables of the guard's experiment. */
public final class GuardReport {
  private final List<GuardResult> results;

  GuardReport(List<GuardResult> results) {
    this.results = List.copyOf(results);
  }

  /** Agreement with the world's judge, all seeds together. */
  public Table agreement() {
    Table table =
        new Table()
            .left("answers to held-out requests")
            .right("texts", "undecided", "unsafe", "missed", "false alarms", "agreement %")
            .right("kappa");
    readings()
        .forEach(
            (set, readings) -> {
              row(table, set + ", whole", GuardAgreement.whole(readings));
              row(table, set + ", every beginning", GuardAgreement.partial(readings));
            });
    return table;
  }

  private static void row(Table table, String set, GuardAgreement agreement) {
    table.row(
        set.replace('-', ' '),
        Long.toString(agreement.texts()),
        Long.toString(agreement.undecided()),
        Long.toString(agreement.unsafe()),
        Long.toString(agreement.missed()),
        Long.toString(agreement.falseAlarms()),
        String.format(Locale.ROOT, "%.2f", 100 * agreement.accuracy()),
        String.format(Locale.ROOT, "%.3f", agreement.kappa()));
  }

  private Map<String, List<GuardReading>> readings() {
    Map<String, List<GuardReading>> all = new LinkedHashMap<>();
    for (GuardResult result : results) {
      result
          .readings()
          .forEach((set, each) -> all.computeIfAbsent(set, s -> new ArrayList<>()).addAll(each));
    }
    return all;
  }

  /** How soon the guard objects to an unsafe answer as it grows, and whether it knows why. */
  public List<String> findings() {
    List<GuardReading> unsafe =
        readings().values().stream()
            .flatMap(List::stream)
            .filter(reading -> reading.unsafeFrom().isPresent())
            .toList();
    int[] delays = unsafe.stream().flatMapToInt(reading -> reading.delay().stream()).toArray();
    return List.of(
        String.format(
            Locale.ROOT,
            "Of the unsafe answers, the guard objects to %s at the first unsafe word, to %d later,"
                + " at most %d words, and to %d never.",
            counts(unsafe, reading -> reading.delay().orElse(1) == 0),
            IntStream.of(delays).filter(delay -> delay > 0).count(),
            IntStream.of(delays).max().orElse(0),
            unsafe.size() - delays.length),
        "It names exactly the right categories of %s of them."
            .formatted(counts(unsafe, GuardReading::namesCategories)));
  }

  private static String counts(List<GuardReading> unsafe, Predicate<GuardReading> counts) {
    return Figures.counts(new Proportion(unsafe.stream().filter(counts).count(), unsafe.size()));
  }

  /** What models without a reset token answer without and with the guard, seed by seed. */
  public Table answers() {
    Table table =
        new Table()
            .right("seed")
            .left("model", "requests", "guard")
            .right("answers", "unsafe", "rewound", "refused", "helpful");
    for (GuardResult result : results) {
      result
          .answers()
          .forEach((model, all) -> all.forEach(each -> row(table, result.seed(), model, each)));
    }
    return table;
  }

  private static void row(Table table, long seed, String model, GuardedAnswers answers) {
    table.row(
        Long.toString(seed),
        model,
        answers.set(),
        answers.isGuarded() ? "yes" : "no",
        Integer.toString(answers.answers()),
        Integer.toString(answers.unsafe()),
        Integer.toString(answers.rewound()),
        Integer.toString(answers.refused()),
        Integer.toString(answers.helpful()));
  }

  /** Whether models answered with the guard. */
  public boolean hasAnswers() {
    return results.stream().anyMatch(result -> !result.answers().isEmpty());
  }

  /** Adds tables and findings to a page. */
  public void addTo(Page page) {
    page.table(agreement()).list(findings());
    if (hasAnswers()) {
      page.paragraph("Models without a reset token, without and with the guard:").table(answers());
    }
  }

  /** Writes {@code report.html}, and the same as {@code report.md}, to a folder. */
  public void write(Path folder) throws IOException {
    Page page = new Page("The guard of the safety world");
    addTo(page);
    page.writeHtml(folder.resolve("report.html"));
    page.writeMarkdown(folder.resolve("report.md"));
  }
}
