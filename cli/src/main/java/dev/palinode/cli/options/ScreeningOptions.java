package dev.palinode.cli.options;

import dev.palinode.cli.console.ProgressLine;
import dev.palinode.data.dedup.EvaluationPrompts;
import dev.palinode.data.dedup.NearDuplicates;
import dev.palinode.data.dedup.ScreeningReport;
import dev.palinode.data.dedup.ScreeningSettings;
import dev.palinode.data.importing.Import;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options of commands that read data files and keep some of it out of training. */
@OptionGroup("Reading data")
public final class ScreeningOptions extends ImportOptions {
  @Option(
      names = "--similarity",
      paramLabel = "FRACTION",
      description =
          "Records that are at least this similar to an earlier one are duplicates, and are left out.")
  private double similarity = NearDuplicates.STANDARD_THRESHOLD;

  @Option(names = "--keep-duplicates", description = "Keep duplicates of earlier records.")
  private boolean keepDuplicates;

  @Option(
      names = "--evaluation",
      paramLabel = "FILE",
      description =
          "Further prompts that models are measured with: training records that hold one are left"
              + " out. Those of public benchmarks always are.")
  private List<Path> evaluation = List.of();

  @Option(
      names = "--keep-evaluation-prompts",
      description = "Keep records that hold an evaluation prompt.")
  private boolean keepEvaluationPrompts;

  /** The settings of screening. */
  public ScreeningSettings settings() throws IOException {
    return new ScreeningSettings(
        keepDuplicates ? Optional.empty() : Optional.of(similarity),
        keepEvaluationPrompts ? Optional.empty() : Optional.of(prompts()));
  }

  private EvaluationPrompts prompts() throws IOException {
    EvaluationPrompts prompts = EvaluationPrompts.publicBenchmarks();
    for (Path file : evaluation) {
      prompts = prompts.and(EvaluationPrompts.of(Import.prompts(file)));
    }
    return prompts;
  }

  /** Prints the counts of rows left out. */
  public static void print(ScreeningReport report, ProgressLine progress) {
    progress.say("screened out: " + report.summary());
    report.examples().forEach(each -> progress.say("  " + each));
  }
}
