package dev.palinode.cli;

import dev.palinode.evaluation.run.FinishedRun;
import dev.palinode.evaluation.suite.Comparison;
import dev.palinode.io.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code palinode compare}: what differs between two runs. */
@Command(
    name = "compare",
    description = {
      "Compare two runs of the same benchmarks, on the prompts that both have answered.",
      "",
      "Prints settings in which the runs are not alike, the difference in each metric with its"
          + " 95%% interval, McNemar's exact test, and the prompts whose outcome has changed.",
      "",
      "Example: palinode compare runs/base runs/backtracking"
    })
final class CompareCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "RUN", description = "Folder of the first run.")
  private Path first;

  @Parameters(index = "1", paramLabel = "RUN", description = "Folder of the second run.")
  private Path second;

  @Option(
      names = "--csv",
      paramLabel = "FILE",
      description = "Also write the differences to this file.")
  private @Nullable Path csv;

  @Override
  public Integer call() throws IOException {
    Comparison comparison = Comparison.of(FinishedRun.read(first), FinishedRun.read(second));
    if (!comparison.settings().isEmpty()) {
      System.out.println("The runs are not alike in more than the model:");
      comparison.settings().forEach(each -> System.out.println("  " + each));
      System.out.println();
    }
    System.out.print(comparison.table().toText());
    if (!comparison.flips().isEmpty()) {
      System.out.println();
      System.out.print(comparison.flipTable().toText());
    }
    if (csv != null) {
      AtomicFile.replace(csv, comparison.table().toCsv());
    }
    return 0;
  }
}
