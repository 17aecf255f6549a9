package dev.palinode.cli;

import dev.palinode.evaluation.page.RunsPage;
import dev.palinode.report.LineChart;
import dev.palinode.report.Page;
import dev.palinode.training.recipe.TrainingCurves;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
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
      "Example: palinode report runs/sft runs/backtracking runs/gcg --output report.html"
    })
final class ReportCommand implements Callable<Integer> {
  @Parameters(paramLabel = "RUN", arity = "1..*", description = "Folders of runs that have ended.")
  private List<Path> runs;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      defaultValue = "report.html",
      description = "The page. Default: ${DEFAULT-VALUE}.")
  private Path output;

  @Override
  public Integer call() throws IOException {
    RunsPage read = RunsPage.read(runs);
    Page page = read.page(trainingCurves(read.models()));
    Path markdown = output.resolveSibling(baseName(output) + ".md");
    page.writeHtml(output);
    page.writeMarkdown(markdown);
    System.out.println("Report: " + output);
    System.out.println("Summary for pull requests: " + markdown);
    return 0;
  }

  /** Of the models that are folders with a metrics log. */
  private static List<LineChart> trainingCurves(Map<String, String> models) throws IOException {
    Map<String, Path> logs = new LinkedHashMap<>();
    for (Map.Entry<String, String> model : models.entrySet()) {
      try {
        Path log = Path.of(model.getValue()).resolve(TrainingCurves.METRICS);
        if (Files.isRegularFile(log) && !logs.containsValue(log)) {
          logs.put(model.getKey(), log);
        }
      } catch (InvalidPathException e) {
        // a served model, whose name is no path
      }
    }
    return TrainingCurves.charts(logs);
  }

  private static String baseName(Path file) {
    return file.getFileName().toString().replaceFirst("\\.html?$", "");
  }
}
