package dev.palinode.cli;

import dev.palinode.cli.console.ProgressLine;
import dev.palinode.model.checkpoint.TaskVector;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code palinode subtract}: subtracts a task vector from a model. */
@Command(
    name = "subtract",
    description = {
      "Subtract what tuning changed from a model: base - coefficient * (tuned - base).",
      "",
      "Example: palinode subtract --base DIR --tuned DIR --coefficient 0.5 --output DIR"
    })
final class SubtractCommand implements Callable<Integer> {
  @Option(
      names = "--base",
      paramLabel = "DIR",
      required = true,
      description = "Model folder, before tuning.")
  private Path base;

  @Option(
      names = "--tuned",
      paramLabel = "DIR",
      required = true,
      description = "Folder of the same model tuned on what is to be unlearnt.")
  private Path tuned;

  @Option(names = "--coefficient", description = "How much is subtracted; a negative one adds.")
  private double coefficient = 0.5;

  @Option(names = "--relu", description = "Subtract only what tuning increased.")
  private boolean relu;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      required = true,
      description = "Folder for the result.")
  private Path out;

  @Override
  public Integer call() throws IOException {
    try (ProgressLine progress = ProgressLine.onStandardOutput()) {
      new TaskVector(base, tuned)
          .subtract(coefficient, relu, out, (weight, done) -> progress.show(done, weight));
      progress.say("written: " + out);
    }
    return 0;
  }
}
