package dev.palinode.cli;

import dev.palinode.ProductVersion;
import dev.palinode.endpoint.EndpointException;
import dev.palinode.storage.Printable;
import dev.palinode.tensor.LostPeerException;
import dev.palinode.training.TrainingException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The {@code palinode} command. */
@Command(
    name = "palinode",
    mixinStandardHelpOptions = true,
    versionProvider = Palinode.class,
    description = "Language models that take back what they should not have said.",
    footer = {
      "",
      "Examples:",
      "  palinode demo",
      "  palinode chat --delay 40",
      "  palinode generate --model DIR \"Once upon a time\"",
      "  palinode inspect DIR",
      "  palinode data pairs FILE --lexicon FILE --out pairs.jsonl",
      "  palinode train recipes/backtracking-sft.yaml model=DIR data=FILE",
      "  palinode launch --processes 2 train RECIPE key=value",
      "  palinode merge --base DIR --adapter DIR --out DIR",
      "  palinode subtract --base DIR --tuned DIR --out DIR",
      "  palinode bench --shape 110m",
      "",
      "palinode help COMMAND says more about each."
    },
    subcommands = {
      DemoCommand.class,
      ChatCommand.class,
      GenerateCommand.class,
      InspectCommand.class,
      DataCommand.class,
      TrainCommand.class,
      LaunchCommand.class,
      MergeCommand.class,
      SubtractCommand.class,
      BenchCommand.class,
      HelpCommand.class
    })
public final class Palinode implements Runnable, IVersionProvider {
  @Spec private @Nullable CommandSpec spec; // set by picocli

  public static void main(String[] args) {
    int exitCode;
    try (EndSignals signals = EndSignals.endAtOnce()) {
      LocalProcesses.endWithLauncher(System.getenv());
      exitCode = run(args);
    }
    System.exit(exitCode);
  }

  /** Runs the command; the exit code is 0 on success. */
  static int run(String... args) {
    CommandLine commands = new CommandLine(new Palinode());
    commands.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING, help -> "");
    commands
        .getHelpSectionMap()
        .put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, new CommandGroups());
    for (CommandLine command : commands.getSubcommands().values()) {
      if (command.getCommand() instanceof HelpCommand) {
        command.getCommandSpec().usageMessage().hidden(true); // the footer names it
      } else {
        command.getCommandSpec().addOption(helpOption());
      }
      // What follows the command that is launched is its own, options too.
      command.setStopAtPositional(command.getCommand() instanceof LaunchCommand);
    }
    return commands
        .setExecutionExceptionHandler(Palinode::explain)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .execute(args);
  }

  private static OptionSpec helpOption() {
    return OptionSpec.builder("-h", "--help")
        .usageHelp(true)
        .description("Show this help message and exit.")
        .scopeType(ScopeType.INHERIT)
        .build();
  }

  /** Errors that a message explains are told in a line; others are bugs and show where. */
  private static int explain(Exception error, CommandLine command, ParseResult ignored) {
    command.getErr().println(Printable.lines("palinode: " + error.getMessage()));
    boolean explained =
        error instanceof IOException
            || error instanceof UncheckedIOException
            || error instanceof IllegalArgumentException
            || error instanceof EndpointException
            || error instanceof LostPeerException
            || error instanceof TrainingException;
    if (!explained || Boolean.getBoolean("palinode.stacktrace")) {
      StringWriter trace = new StringWriter();
      error.printStackTrace(new PrintWriter(trace));
      command.getErr().print(Printable.lines(trace.toString()));
    }
    return error instanceof LostPeerException ? LocalProcesses.LOST_PEER : 1;
  }

  @Override
  public String[] getVersion() {
    return new String[] {"palinode " + ProductVersion.current()};
  }

  @Override
  public void run() {
    Objects.requireNonNull(spec).commandLine().usage(System.out);
  }
}
