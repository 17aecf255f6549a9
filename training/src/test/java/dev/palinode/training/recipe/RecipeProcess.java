package dev.palinode.training.recipe;

import dev.palinode.tensor.Device;
import dev.palinode.training.StopRequest;
import dev.palinode.training.TrainingException;
import dev.palinode.training.distributed.DistributedContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs a recipe as the command line does: a program for tests that start and kill it. {@code
 * {rank}} in an argument is the number of the process.
 */
final class RecipeProcess {
  /** After each step: a fast machine would be at the end before a test has looked and killed. */
  private static final long PAUSE_NANOS = 30_000_000;

  private RecipeProcess() {}

  public static void main(String[] arguments) throws IOException {
    String rank = System.getenv().getOrDefault("RANK", "0");
    List<String> overrides =
        Arrays.stream(arguments).skip(1).map(each -> each.replace("{rank}", rank)).toList();
    Recipe recipe = Recipe.of(RecipeFile.read(Path.of(arguments[0]), overrides));
    try (DistributedContext processes =
        DistributedContext.of(System.getenv(), Device.CPU, RecipeProcess::print)) {
      recipe.run(
          processes,
          RecipeProcess::print,
          metrics -> {
            System.out.println("step " + metrics.step() + " done");
            LockSupport.parkNanos(PAUSE_NANOS);
          },
          new StopRequest());
      System.out.println("finished");
    } catch (TrainingException | IOException e) {
      System.out.println("stopped: " + e.getMessage());
      System.exit(1);
    }
  }

  private static void print(String line) {
    System.out.println(line);
  }
}
