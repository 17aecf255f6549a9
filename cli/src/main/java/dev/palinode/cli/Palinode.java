package dev.palinode.cli;

import dev.palinode.training.TrainingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParseResult;

/** The {@code palinode} command. */
@Command(
    name = "palinode",
    mixinStandardHelpOptions = true,
    version = "palinode 0.1.0",
    description = "Language models that take back what they should not have said.",
    footer = {
      "",
      "Examples:",
      "  palinode chat --delay 40",
      "  palinode demo",
      "  palinode generate --model DIR \"Once upon a time\"",
      "  palinode inspect DIR",
      "  palinode train recipes/backtracking-sft.yaml model=DIR data=FILE",
      "  palinode merge --base DIR --adapter DIR --out DIR",
      "  palinode subtract --base DIR --tuned DIR --out DIR",
      "",
      "palinode help COMMAND says more about each."
    },
    subcommands = {
      DemoCommand.class,
      ChatCommand.class,
      TrainCommand.class,
      GenerateCommand.class,
      InspectCommand.class,
      MergeCommand.class,
      SubtractCommand.class
    })
public final class Palinode implements Runnable {
  public static void main(String[] args) {
    System.exit(run(args));
  }

  /** Runs the command; the exit code is 0 on success. */
  static int run(String... args) {
    return new CommandLine(new Palinode())
        .setExecutionExceptionHandler(Palinode::explain)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .execute(args);
  }

  /** Errors that a message explains are told in a line; others are bugs and show where. */
  private static int explain(Exception error, CommandLine command, ParseResult ignored) {
    command.getErr().println("palinode: " + error.getMessage());
    boolean explained =
        error instanceof IOException
            || error instanceof UncheckedIOException
            || error instanceof IllegalArgumentException
            || error instanceof TrainingException;
    if (!explained || Boolean.getBoolean("palinode.stacktrace")) {
      error.printStackTrace(command.getErr());
    }
    return 1;
  }

  @Override
  public void run() {
    CommandLine.usage(this, System.out);
  }
}
