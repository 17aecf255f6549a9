package dev.palinode.cli;

import dev.palinode.training.StepMetrics;
import dev.palinode.training.recipe.BacktrackingSftRecipe;
import dev.palinode.training.recipe.RecipeFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code palinode train}: runs a recipe. */
@Command(
    name = "train",
    description = {
      "Train a Hugging Face checkpoint by a recipe.",
      "",
      "Example: palinode train recipes/backtracking-sft.yaml model=DIR data=FILE"
    })
final class TrainCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "RECIPE", description = "YAML file with every setting.")
  private Path recipe = Path.of("");

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "KEY=VALUE",
      description = "Settings that differ from the file.")
  private List<String> overrides = List.of();

  @Override
  public Integer call() throws IOException {
    RecipeFile file = RecipeFile.read(recipe, overrides);
    String name = file.text("recipe").orElse("");
    if (!name.equals(BacktrackingSftRecipe.NAME)) {
      throw new IllegalArgumentException(
          recipe + ": recipe is \"" + name + "\"; known are: " + BacktrackingSftRecipe.NAME);
    }
    try (ProgressLine progress = ProgressLine.onStandardOutput()) {
      new BacktrackingSftRecipe(file)
          .run(
              progress::say,
              metrics ->
                  progress.show((metrics.step() + 1.0) / metrics.totalSteps(), words(metrics)));
    }
    return 0;
  }

  private static String words(StepMetrics metrics) {
    return String.format(
        Locale.ROOT,
        "step %d/%d, loss %.3f, %,.0f tokens/s",
        metrics.step() + 1,
        metrics.totalSteps(),
        metrics.loss(),
        metrics.tokensPerSecond());
  }
}
