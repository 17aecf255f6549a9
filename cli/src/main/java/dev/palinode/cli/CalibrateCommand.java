package dev.palinode.cli;

import dev.palinode.cli.console.ExitCodes;
import dev.palinode.decode.DelayCalibrator;
import dev.palinode.evaluation.run.FinishedRun;
import dev.palinode.evaluation.suite.WithdrawnText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code palinode calibrate}: how late a stream must be. */
@Command(
    name = "calibrate",
    description = {
      "Say how much of the withdrawn text of a run a streaming client would have seen, and how many"
          + " tokens late a stream must be to show at most a fraction of it.",
      "",
      "The window is for --hold-back. It holds for the same model, settings and kind of"
          + " prompts, with 95%% confidence.",
      "",
      "Example: palinode calibrate runs/safety --max-shown 0.05"
    })
final class CalibrateCommand implements Callable<Integer> {
  @Parameters(paramLabel = "RUN", description = "Folder of a run of palinode evaluate.")
  private Path run;

  @Option(
      names = "--max-shown",
      paramLabel = "FRACTION",
      description = "Of the withdrawn tokens, the most that may be shown.")
  private double maxShown = 0.05;

  @Override
  public Integer call() throws IOException {
    WithdrawnText text = WithdrawnText.of(FinishedRun.read(run));
    System.out.print(text.table().toText());
    Optional<DelayCalibrator> window = text.window(maxShown);
    System.out.println(
        window
            .map(
                found ->
                    String.format(
                        Locale.ROOT,
                        "window: %d tokens; %.1f%% of the %,d withdrawn tokens of this run are seen",
                        found.window(),
                        100 * found.sentShare(),
                        found.discarded()))
            .orElse(
                "the run has too few withdrawn tokens for this: more prompts, or a larger"
                    + " --max-shown"));
    return window.isPresent() ? ExitCodes.DONE : ExitCodes.FAILED;
  }
}
