package dev.palinode.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.cli.console.ProgressLine;
import dev.palinode.cli.options.PairwiseOptions;
import dev.palinode.evaluation.judging.PairwiseJudge;
import dev.palinode.evaluation.run.FinishedRun;
import dev.palinode.evaluation.suite.Comparison;
import dev.palinode.evaluation.suite.PairwiseRun;
import dev.palinode.io.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code palinode compare}: what differs between two runs. */
@Command(
    name = "compare",
    description = {
      "Compare two runs of the same benchmarks, on the prompts that both have answered.",
      "",
      "Prints settings in which the runs differ, the difference in each metric with its"
          + " 95%% interval, McNemar's exact test, and prompts whose outcome has changed, at most ten"
          + " of a kind. With --judge a model also compares the answers in pairs, each in both"
          + " orders.",
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

  @Mixin private PairwiseOptions pairwise;

  @Override
  public Integer call() throws IOException {
    Optional<Path> output = pairwise.output();
    FinishedRun one = FinishedRun.read(first);
    FinishedRun two = FinishedRun.read(second);
    Comparison comparison = Comparison.of(one, two);
    if (!comparison.settings().isEmpty()) {
      System.out.println("The runs differ in more than the model:");
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
    if (output.isPresent()) {
      judge(one, two, output.get());
    }
    return 0;
  }

  /** Has a model compare the answers, and prints the result. */
  private void judge(FinishedRun one, FinishedRun two, Path output) throws IOException {
    try (PairwiseJudge judge = pairwise.open();
        ProgressLine progress = ProgressLine.onStandardOutput()) {
      ObjectNode summary =
          new PairwiseRun(one, two, judge)
              .run(
                  output,
                  (done, total) ->
                      progress.show(
                          (double) done / total,
                          String.format(Locale.ROOT, "%,d of %,d pairs", done, total)));
      progress.say("Answers of the second run against those of the first:");
      progress.say(PairwiseRun.table(summary).toText() + "written: " + output);
    }
  }
}
