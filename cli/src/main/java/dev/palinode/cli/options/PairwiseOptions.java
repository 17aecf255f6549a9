package dev.palinode.cli.options;

import dev.palinode.evaluation.judging.JudgeSettings;
import dev.palinode.evaluation.judging.PairwiseJudge;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of a judge that says which of two answers is better. */
@OptionGroup("Judge")
public final class PairwiseOptions {
  @Option(
      names = "--judge",
      paramLabel = "JUDGE",
      description =
          "Have a model say which answers are better, as in MT-Bench: mt-bench:DIR, or"
              + " mt-bench:NAME@URL (with key=VARIABLE, requests=N, timeout=SECONDS). Needs"
              + " --output.")
  private @Nullable String judge;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Folder with MT-Bench's judge prompts and reference answers.")
  private Path data = Path.of("");

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "Folder of the judge's verdicts; the same command resumes there.")
  private @Nullable Path output;

  /** The folder of the verdicts; empty if no judge is asked. */
  public Optional<Path> output() {
    OptionCheck.needs("--judge", judge != null, output != null, "--output DIR");
    OptionCheck.needs("--output", output != null, judge != null, "--judge JUDGE");
    return Optional.ofNullable(output);
  }

  /** Opens the judge, which must be given. */
  public PairwiseJudge open() throws IOException {
    return OpenedJudge.pairwise(JudgeSettings.parse(String.valueOf(judge)), data);
  }
}
