package dev.palinode.cli;

import dev.palinode.cli.console.Words;
import dev.palinode.evaluation.page.LabelledRun;
import dev.palinode.evaluation.page.RunsPage;
import dev.palinode.report.Page;
import dev.palinode.training.recipe.TrainingCurves;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code palinode report}: one page of evaluations and attacks. */
@Command(
    name = "report",
    description = {
      "Make one page of the runs of evaluations and attacks.",
      "",
      "The HTML file opens from disk and loads nothing: tables, curves, and every generation with"
          + " its withdrawn text, to filter, search and compare. Beside it a Markdown summary is"
          + " left, with its figures as SVG and CSV.",
      "",
      "Example: palinode report SFT=runs/sft-1 SFT=runs/sft-2 undo=runs/undo-1 undo=runs/undo-2"
    })
final class ReportCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "[LABEL=]RUN",
      arity = "1..*",
      description = {
        "Folders of runs that have ended, or of sweeps. Models under one label are one method,"
            + " trained with several seeds; the first label is the baseline. Without a label, the"
            + " model's name is one."
      })
  private List<String> runs;

  @Option(
      names = "--title",
      paramLabel = "TITLE",
      defaultValue = "Evaluation",
      description = "Title of the page. Default: ${DEFAULT-VALUE}.")
  private String title;

  @Option(
      names = "--note",
      paramLabel = "TEXT",
      description = "What readers should know of the models and the runs, under the title.")
  private @Nullable String note;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      defaultValue = "report.html",
      description = "The page. Default: ${DEFAULT-VALUE}.")
  private Path output;

  @Override
  public Integer call() throws IOException {
    RunsPage read = RunsPage.read(runs.stream().map(LabelledRun::parse).toList());
    LocalDate today = LocalDate.now(ZoneId.systemDefault());
    Page page = new Page(title).note(today + ", " + Words.number(read.size(), "run"));
    if (note != null) {
      page.paragraph(note);
    }
    read.addTo(page, TrainingCurves.ofModels(read.models()));
    Path markdown = output.resolveSibling(baseName(output) + ".md");
    page.writeHtml(output);
    page.writeMarkdown(markdown);
    System.out.println("Report: " + output);
    System.out.println("Summary for pull requests: " + markdown);
    return 0;
  }

  private static String baseName(Path file) {
    return file.getFileName().toString().replaceFirst("\\.html?$", "");
  }
}
