package dev.palinode.training.recipe;

import dev.palinode.tensor.Device;
import dev.palinode.training.TrainingException;
import dev.palinode.training.parallel.Processes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Runs a recipe as the command line does: a program for tests that start and kill it. */
final class RecipeProcess {
  private RecipeProcess() {}

  public static void main(String[] arguments) throws IOException {
    List<String> overrides = Arrays.asList(arguments).subList(1, arguments.length);
    Recipe recipe = Recipe.of(RecipeFile.read(Path.of(arguments[0]), overrides));
    try (Processes processes = Processes.of(System.getenv(), Device.CPU)) {
      recipe.run(
          processes,
          System.out::println,
          metrics -> System.out.println("step " + metrics.step() + " done"));
      System.out.println("finished");
    } catch (TrainingException | IOException e) {
      System.out.println("stopped: " + e.getMessage());
      System.exit(1);
    }
  }
}
