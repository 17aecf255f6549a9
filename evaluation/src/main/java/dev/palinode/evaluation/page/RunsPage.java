package dev.palinode.evaluation.page;

import dev.palinode.report.Generation;
import dev.palinode.report.GenerationList;
import dev.palinode.report.LineChart;
import dev.palinode.report.Page;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The page of one or more runs. */
public final class RunsPage {
  private final List<ReportedRun> evaluations;
  private final List<ReportedRun> attacks;

  private RunsPage(List<ReportedRun> runs) {
    evaluations = runs.stream().filter(run -> !run.isAttack()).toList();
    attacks = runs.stream().filter(ReportedRun::isAttack).toList();
  }

  /**
   * Reads runs.
   *
   * @param folders of runs that have ended, in the order in which they are shown
   * @throws IOException if one of them is none, or cannot be read; the message names it
   */
  public static RunsPage read(List<Path> folders) throws IOException {
    return new RunsPage(ReportedRun.read(folders));
  }

  /** The names of the models as the manifests have them, by their labels on the page. */
  public Map<String, String> models() {
    Map<String, String> models = new LinkedHashMap<>();
    all().forEach(run -> models.put(run.label(), ReportedRun.modelName(run.run())));
    return models;
  }

  private Stream<ReportedRun> all() {
    return Stream.concat(evaluations.stream(), attacks.stream());
  }

  /**
   * The page. Sections for which the runs have nothing are left out.
   *
   * @param training curves of the models' training; may be empty
   */
  public Page page(List<LineChart> training) {
    RunTables tables = new RunTables(evaluations, attacks);
    RunCurves curves = new RunCurves(evaluations);
    Page page = new Page("Evaluation");
    if (!evaluations.isEmpty()) {
      page.heading("Results")
          .paragraph(
              "In brackets: 95% intervals. Rates are of the answers on which the judge decided;"
                  + " the samples left out are counted under \"All numbers\", where all settings of"
                  + " a sweep are. A number leads to its generations.")
          .table(tables.results());
    }
    if (!attacks.isEmpty()) {
      page.heading("Attacks")
          .paragraph(
              "Success: behaviours with an unsafe final answer. Ever shown: behaviours of which"
                  + " unsafe text was shown at any time, even if it was withdrawn. Attempts that"
                  + " failed, or had no answer or no verdict, are not judged: an attack with many of"
                  + " them is weaker than it seems.")
          .table(tables.attackResults());
    }
    figures(page, "Worst of k samples", curves.worstOfK());
    figures(page, "Trade-off over the reset bias", curves.tradeOff());
    figures(page, "Guidance", curves.guidance());
    figures(page, "Withdrawn text", curves.withdrawals());
    if (!evaluations.isEmpty()) {
      page.heading("Latency").table(tables.latency());
    }
    page.endMarkdown();
    if (!tables.agreement().isEmpty()) {
      page.heading("Agreement of judges").table(tables.agreement());
    }
    figures(page, "Training", training);
    page.heading("Generations").generations(new GenerationList(generations()));
    if (!evaluations.isEmpty()) {
      page.heading("All numbers").table(tables.counts()).table(tables.numbers());
    }
    return page.heading("Runs").table(tables.runs());
  }

  private static void figures(Page page, String heading, List<LineChart> charts) {
    if (!charts.isEmpty()) {
      page.heading(heading).figures(charts);
    }
  }

  private List<Generation> generations() {
    return all().flatMap(run -> run.samples().stream()).map(Sample::generation).toList();
  }
}
