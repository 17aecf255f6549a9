package dev.palinode.cli;

import dev.palinode.cli.console.ProgressLine;
import dev.palinode.cli.console.ShippedFiles;
import dev.palinode.tensor.Device;
import dev.palinode.training.StepMetrics;
import dev.palinode.training.StopRequest;
import dev.palinode.training.TrainingStoppedException;
import dev.palinode.training.distributed.DistributedContext;
import dev.palinode.training.recipe.Recipe;
import dev.palinode.training.recipe.RecipeFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code palinode train}: runs a recipe. */
@Command(
    name = "train",
    description = {
      "Train a Hugging Face checkpoint by a recipe.",
      "",
      "Ctrl-C stops after the current step with a checkpoint; Ctrl-C again ends at once. A run that"
          + " was interrupted continues from its last checkpoint when the same command is given"
          + " again. Several processes: see palinode launch.",
      "",
      "Example: palinode train recipes/backtracking-sft.yaml model=DIR data=FILE"
    })
final class TrainCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "RECIPE", description = "YAML file with every setting.")
  private Path recipe;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "KEY=VALUE",
      description = "Settings that differ from the file.")
  private List<String> overrides = List.of();

  @Option(
      names = "--dry-run",
      description =
          "Read tokenizer and data, print what would be done and about what it takes, and end.")
  private boolean dryRun;

  @Override
  public Integer call() throws IOException {
    Recipe read = Recipe.of(RecipeFile.read(ShippedFiles.find(recipe), overrides));
    if (dryRun) {
      System.out.print(read.plan().toText());
      return 0;
    }
    Consumer<String> warn = System.err::println;
    StopRequest stop = new StopRequest();
    try (ProgressLine progress = ProgressLine.onStandardOutput();
        EndSignals signals = EndSignals.endInOrder(() -> stop(stop, progress));
        DistributedContext processes =
            DistributedContext.of(System.getenv(), Device.parse(read.device()), warn)) {
      try {
        read.run(processes, progress::say, step -> progress.show(done(step), summary(step)), stop);
        return 0;
      } catch (TrainingStoppedException e) {
        progress.say(String.valueOf(e.getMessage()));
        return signals.exitCode().orElseThrow();
      }
    }
  }

  private static boolean stop(StopRequest stop, ProgressLine progress) {
    boolean stops = stop.request();
    if (stops) {
      progress.say("stopping after this step, with a checkpoint; once more ends at once, without");
    }
    return stops;
  }

  private static double done(StepMetrics metrics) {
    return (metrics.step() + 1.0) / metrics.totalSteps();
  }

  private static String summary(StepMetrics metrics) {
    return String.format(
        Locale.ROOT,
        "step %d/%d, loss %.3f, %,.0f tokens/s",
        metrics.step() + 1,
        metrics.totalSteps(),
        metrics.loss(),
        metrics.tokensPerSecond());
  }
}
