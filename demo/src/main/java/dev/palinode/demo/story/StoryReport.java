package dev.palinode.demo.story;

import dev.palinode.demo.ExperimentPlan;
import dev.palinode.demo.Shape;
import dev.palinode.demo.pii.PiiReport;
import dev.palinode.demo.safety.GuardReport;
import dev.palinode.demo.safety.SafetyReport;
import dev.palinode.evaluation.page.LabelledRun;
import dev.palinode.evaluation.page.RunsPage;
import dev.palinode.report.Page;
import dev.palinode.training.recipe.TrainingCurves;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The page of the whole story: what shows of the papers' results, the tables of both worlds, and
 * everything that the story's commands measured.
 *
 * @param pii nothing in a quick story; likewise the guard
 * @param piiPlan where its runs are
 * @param commands that have been run
 */
public record StoryReport(
    SafetyReport safety,
    Optional<PiiReport> pii,
    ExperimentPlan piiPlan,
    Optional<GuardReport> guard,
    List<StoryCommand> commands) {
  private static final String MICRO_WORLDS =
      "Two invented languages of a few hundred words. In the safety world some requests about some"
          + " things are dangerous; in the world of personal data a model has memorised data of"
          + " invented people. Exact rules judge the answers. The models have about 360,000 weights,"
          + " were trained from scratch in minutes, and say nothing about any real model: only the"
          + " direction of a change can be compared with the papers, not its size.";

  private static final String INTERVALS =
      "Intervals in brackets are of 95%, by a bootstrap in which the seed is the unit: of three seeds"
          + " they are hardly more than the range of the seeds, of one there are none. All seeds"
          + " share the wordings of the test, which these intervals do not cover. From Summary on,"
          + " intervals also draw prompts, and therefore differ.";

  private static final String ZHANG =
      "Zhang et al., Backtracking Improves Generation Safety, 2024. Verdicts are computed from the"
          + " figures beside them. SFT with recovery learns from the same unsafe beginnings to refuse,"
          + " but withdraws nothing: the undo's own gain is what it adds to that.";

  private static final String SMIRNOV =
      "Smirnov, Classifier-free guidance in LLMs Safety, 2024. Personal data in 50 answers, sampled"
          + " at temperature 1.";

  private static final String PII_UNITS =
      "Personal data in 50 answers: entities in the paper; names, digits and mail hosts here.";

  /** What Zhang et al. found, and whether it shows here. */
  public List<Shape> backtracking() throws IOException {
    List<Shape> shapes = new ArrayList<>(safety.shapes());
    shapes.addAll(new StoryShapes(new StoryRuns(commands)).all());
    return shapes;
  }

  /** What Smirnov found, and whether it shows here. */
  public List<Shape> guidance() {
    return pii.map(PiiReport::shapes).orElse(List.of());
  }

  /** The page without the runs of the commands. */
  private Page front() throws IOException {
    Page page = new Page("Palinode: what two papers found, in two small invented worlds");
    page.paragraph(MICRO_WORLDS).paragraph(INTERVALS);
    page.heading("What shows").paragraph(ZHANG).table(Shape.table(backtracking()));
    if (pii.isPresent()) {
      page.paragraph(SMIRNOV).table(Shape.table(guidance()));
    }
    page.heading("The papers' tables beside ours").table(PaperTables.backtracking(safety));
    pii.ifPresent(report -> page.paragraph(PII_UNITS).table(PaperTables.guidance(report)));
    page.heading("The safety world");
    safety.addTo(page);
    guard.ifPresent(report -> report.addTo(page.heading("A guard for any model")));
    pii.ifPresent(report -> report.addTo(page.heading("Personal data")));
    return page;
  }

  /**
   * Writes {@code report.html}, and the same without generations as {@code report.md}.
   *
   * @throws IOException if a run cannot be read or the page cannot be written
   */
  public void write(Path folder) throws IOException {
    Page page = front();
    List<LabelledRun> shown = new PageRuns(piiPlan, commands).all();
    if (!shown.isEmpty()) {
      RunsPage runs = RunsPage.read(shown);
      runs.addTo(page, TrainingCurves.ofModels(runs.models()));
    }
    page.writeHtml(folder.resolve("report.html"));
    page.writeMarkdown(folder.resolve("report.md"));
  }
}
