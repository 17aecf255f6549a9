package dev.palinode.cli;

import dev.palinode.data.importing.PromptFiles;
import dev.palinode.data.overlap.BenchmarkPrompt;
import dev.palinode.data.overlap.EvaluationPrompts;
import dev.palinode.data.overlap.FingerprintFile;
import dev.palinode.data.overlap.Similarity;
import dev.palinode.data.screening.ScreeningReport;
import dev.palinode.data.screening.ScreeningSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options of what is kept out of training data. */
final class ScreeningOptions {
  @Option(
      names = "--similarity",
      defaultValue = "0.8",
      paramLabel = "SHARE",
      description =
          "From which likeness on a record repeats an earlier one and is left out (default:"
              + " ${DEFAULT-VALUE}).")
  private double similarity;

  @Option(names = "--keep-repetitions", description = "Leave none out for that.")
  private boolean keepRepetitions;

  @Option(
      names = "--evaluation",
      paramLabel = "FILE",
      description =
          "Further prompts that models are measured with: training records that hold one are left"
              + " out. Those of public benchmarks always are.")
  private List<Path> evaluation = List.of();

  @Option(
      names = "--keep-evaluation-prompts",
      description = "Leave no record out for an evaluation prompt in it.")
  private boolean keepEvaluationPrompts;

  ScreeningSettings settings() throws IOException {
    return new ScreeningSettings(
        keepRepetitions
            ? Optional.empty()
            : Optional.of(Similarity.DEFAULT.withThreshold(similarity)),
        keepEvaluationPrompts ? Optional.empty() : Optional.of(prompts()));
  }

  private EvaluationPrompts prompts() throws IOException {
    EvaluationPrompts prompts = FingerprintFile.publicBenchmarks();
    for (Path file : evaluation) {
      List<BenchmarkPrompt> more = PromptFiles.read(file);
      prompts = prompts.and(EvaluationPrompts.of(more));
    }
    return prompts;
  }

  /** Says what was left out. */
  static void print(ScreeningReport report, ProgressLine progress) {
    progress.say("screened out: " + report.words());
    report.examples().forEach(each -> progress.say("  " + each));
  }
}
