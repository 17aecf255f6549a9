package dev.palinode.cli;

import dev.palinode.ProductVersion;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
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
    commands.getCommandSpec().usageMessage().exitCodeListHeading("%nExit codes:%n");
    commands.getCommandSpec().usageMessage().exitCodeList(ExitCodes.meanings());
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
        .setExecutionExceptionHandler((error, command, parsed) -> Errors.explain(error, command))
        .setParameterExceptionHandler(Errors::explainUsage)
        .setUsageHelpAutoWidth(Boolean.getBoolean("palinode.terminal"))
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

  @Override
  public String[] getVersion() {
    return new String[] {"palinode " + ProductVersion.current()};
  }

  @Override
  public void run() {
    Objects.requireNonNull(spec).commandLine().usage(System.out);
  }
}
