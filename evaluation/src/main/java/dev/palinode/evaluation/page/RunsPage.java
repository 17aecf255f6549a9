package dev.palinode.evaluation.page;

import dev.palinode.evaluation.page.RunNames.Entry;
import dev.palinode.evaluation.run.FinishedRun;
import dev.palinode.report.Generation;
import dev.palinode.report.GenerationList;
import dev.palinode.report.LineChart;
import dev.palinode.report.Page;
import dev.palinode.report.Table;
import dev.palinode.text.Printable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The page of one or more runs. */
public final class RunsPage {
  private final List<ReportedRun> runs;
  private final List<String> repeats;
  private final List<Method> evaluations;
  private final List<Method> attacked;

  private RunsPage(List<ReportedRun> runs, List<String> repeats) {
    this.runs = runs;
    this.repeats = repeats;
    evaluations = Method.of(runs.stream().filter(run -> !run.isAttack()).toList());
    attacked = Method.of(runs.stream().filter(ReportedRun::isAttack).toList());
  }

  /**
   * Reads runs that have ended. A run that has the same numbers as another of the same model is
   * left out, and the page says so.
   *
   * @param given in the order in which they are shown; the first label is the baseline
   * @throws IOException if one of them is no run, or cannot be read; the message names it
   */
  public static RunsPage read(List<LabelledRun> given) throws IOException {
    List<Entry> entries = new ArrayList<>();
    for (LabelledRun each : given) {
      for (FinishedRun run : FinishedRun.readAll(each.folder())) {
        entries.add(new Entry(each.label(), new RunFacts(run)));
      }
    }
    List<Entry> kept = new ArrayList<>();
    List<String> repeats = new ArrayList<>();
    for (Entry each : entries) {
      requireKind(each.facts());
      Optional<Entry> original = original(each, entries);
      original.ifPresent(
          of ->
              repeats.add(
                  Printable.escape(
                      each.facts().run().folder() + " (as " + of.facts().run().folder() + ")")));
      if (original.isEmpty()) {
        kept.add(each);
      }
    }
    List<RunName> names = RunNames.of(kept);
    List<ReportedRun> runs = new ArrayList<>();
    for (int i = 0; i < kept.size(); i++) {
      runs.add(ReportedRun.read(names.get(i), kept.get(i).facts()));
    }
    return new RunsPage(runs, repeats);
  }

  private static void requireKind(RunFacts facts) throws IOException {
    if (!facts.kind().equals("evaluation") && !facts.isAttack()) {
      throw new IOException(
          "%s: expected the run of an evaluation or an attack, found %s"
              .formatted(facts.run().folder(), Printable.quote(facts.kind())));
    }
  }

  /** The run that another repeats: an earlier one, or a later one with more numbers. */
  private static Optional<Entry> original(Entry entry, List<Entry> entries) {
    int place = entries.indexOf(entry);
    return entries.stream()
        .filter(other -> other.label().equals(entry.label()))
        .filter(other -> entry.facts().isRepeatOf(other.facts()))
        .filter(other -> entries.indexOf(other) < place || !other.facts().isRepeatOf(entry.facts()))
        .findFirst();
  }

  List<ReportedRun> runs() {
    return runs;
  }

  /** What was evaluated: as it was trained, and with other settings. */
  List<Method> evaluations() {
    return evaluations;
  }

  /** Of each method its first model, as the manifest has its name, by the name of the method. */
  public Map<String, String> models() {
    Map<String, String> models = new LinkedHashMap<>();
    runs.forEach(run -> models.putIfAbsent(run.name().method(), run.facts().model()));
    return models;
  }

  /**
   * Adds the sections of the runs to a page, which may have others. Those for which the runs have
   * nothing are left out.
   *
   * @param training curves of the models' training; may be empty
   */
  public void addTo(Page page, List<LineChart> training) {
    List<Method> asTrained = evaluations.stream().filter(this::isInResults).toList();
    AttackTables attacks = new AttackTables(attacked);
    addSummary(page, new Headline(asTrained, attacks));
    addResults(page, asTrained);
    addAttacks(page, attacks);
    addSweeps(page);
    figures(page, "Withdrawn text", new Curves(asTrained).withdrawals());
    Table cost = new CostTable(asTrained).table();
    if (!cost.isEmpty()) {
      page.heading("Cost").table(cost);
    }
    page.endMarkdown();
    figures(page, "Training", training);
    addNumbers(page);
    page.heading("Runs").table(runTable());
    if (!repeats.isEmpty()) {
      page.paragraph("Left out, as they have the same numbers as another run:").list(repeats);
    }
    page.heading("Generations").generations(new GenerationList(generations()));
  }

  /** A model as it was trained; with other settings only if it is there with no other. */
  private boolean isInResults(Method method) {
    return !method.name().isChanged()
        || evaluations.stream()
            .filter(other -> !other.name().isChanged())
            .filter(other -> other.name().method().equals(method.name().method()))
            .noneMatch(method::isComparable);
  }

  private static void addSummary(Page page, Headline headline) {
    if (!headline.contrasts().isEmpty()) {
      page.heading("Summary");
      headline.sentences().forEach(page::paragraph);
      page.figures(headline.charts()).table(headline.table());
    }
  }

  private static void addResults(Page page, List<Method> methods) {
    if (!methods.isEmpty()) {
      page.heading("Results")
          .paragraph(
              "In brackets: 95% intervals. Rates are of the answers on which the judge decided;"
                  + " the samples left out are counted under \"All numbers\". A number leads to its"
                  + " generations.");
      Method.families(methods).forEach(each -> page.table(new ResultTables(each).table()));
    }
  }

  private static void addAttacks(Page page, AttackTables attacks) {
    if (!attacks.methods().isEmpty()) {
      page.heading("Attacks")
          .paragraph(
              "Success: behaviours with an unsafe final answer. Ever shown: behaviours of which"
                  + " unsafe text was shown at any time, even if it was withdrawn. Attempts that"
                  + " failed, or had no answer or no verdict, are not judged: an attack with many of"
                  + " them is weaker than it seems.")
          .table(attacks.success())
          .table(attacks.budgets());
    }
  }

  private void addSweeps(Page page) {
    figures(page, "Worst of k samples", new Curves(evaluations).worstOfK());
    List<Sweep> biases = Sweep.of(Sweep.Setting.RESET_BIAS, evaluations);
    if (!biases.isEmpty()) {
      figures(page, "Trade-off over the reset bias", new SweepCurves(biases).tradeOff());
      page.table(ResultTables.ofSweeps(RunFacts.RESET_BIAS, biases));
    }
    List<Sweep> scales = Sweep.of(Sweep.Setting.GUIDANCE_SCALE, evaluations);
    if (!scales.isEmpty()) {
      figures(page, "Guidance", new SweepCurves(scales).guidance());
      page.table(ResultTables.ofSweeps(RunFacts.GUIDANCE_SCALE, scales));
    }
  }

  private void addNumbers(Page page) {
    List<Method> all = Stream.concat(evaluations.stream(), attacked.stream()).toList();
    NumberTables tables = new NumberTables(all);
    if (!tables.agreement().isEmpty()) {
      page.heading("Agreement of judges").table(tables.agreement());
    }
    page.heading("All numbers")
        .folded("Every number of every model", tables.numbers())
        .folded("Samples that were asked, and those that rates leave out", tables.counts());
  }

  private static void figures(Page page, String heading, List<LineChart> charts) {
    if (!charts.isEmpty()) {
      page.heading(heading).figures(charts);
    }
  }

  private List<Generation> generations() {
    return runs.stream().flatMap(run -> run.samples().stream()).map(Sample::generation).toList();
  }

  /** The runs: what was measured, and with what. */
  private Table runTable() {
    Table table =
        new Table()
            .left("model", "seed", "run")
            .right("samples")
            .left("model's identity", "Palinode", "folder");
    for (ReportedRun run : runs) {
      table.row(
          run.name().label(),
          run.name().seed(),
          Printable.escape(run.facts().subject()),
          Integer.toString(run.samples().size()),
          Printable.escape(run.facts().identity()),
          Printable.escape(run.facts().run().manifest().path("palinode").asText()),
          Printable.escape(run.facts().run().folder().toString()));
    }
    return table;
  }
}
