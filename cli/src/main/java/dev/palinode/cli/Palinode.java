package dev.palinode.cli;

import dev.palinode.ProductVersion;
import dev.palinode.cli.attack.AttackCommand;
import dev.palinode.cli.console.Errors;
import dev.palinode.cli.data.DataCommand;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IHelpSectionRenderer;
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
      "  palinode serve DIR",
      "  palinode inspect DIR",
      "  palinode data pairs FILE --judge lexicon:FILE --output pairs.jsonl",
      "  palinode train recipes/backtracking-sft.yaml model=DIR data=FILE",
      "  palinode launch --processes 2 train RECIPE key=value",
      "  palinode merge --base DIR --adapter DIR --output DIR",
      "  palinode subtract --base DIR --tuned DIR --output DIR",
      "  palinode evaluate safety --data DIR --model DIR --judge JUDGE --output DIR",
      "  palinode attack prefilling --model DIR --behaviors FILE --judge JUDGE --output DIR",
      "",
      "palinode help COMMAND says more about each."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:Done.",
      "1:It could not be done, or what was checked has problems; the message says.",
      "2:The command was not understood.",
      "3:There is no JDK or Maven, or the build failed.",
      "4:generate: the answer was refused, by guards or after too many resets.",
      "5:evaluate: a condition of --fail-if was met.",
      "75:launch: a process ended because another one had.",
      "128+N:Ended by signal N; 130 is Ctrl-C."
    },
    subcommands = {
      DemoCommand.class,
      ChatCommand.class,
      GenerateCommand.class,
      ServeCommand.class,
      GatewayCommand.class,
      InspectCommand.class,
      DataCommand.class,
      TrainCommand.class,
      LaunchCommand.class,
      MergeCommand.class,
      SubtractCommand.class,
      EvaluateCommand.class,
      CompareCommand.class,
      CalibrateCommand.class,
      AttackCommand.class,
      ReportCommand.class,
      HelpCommand.class
    })
public final class Palinode implements Runnable, IVersionProvider {
  @Spec private CommandSpec spec;

  public static void main(String[] args) {
    int exitCode;
    try (EndSignals signals = EndSignals.endAtOnce()) {
      LocalProcesses.endWithLauncher(System.getenv());
      exitCode = run(args);
    }
    System.exit(exitCode);
  }

  /** Runs the command; the exit code is 0 on success. */
  public static int run(String... args) {
    return commands().execute(args);
  }

  /** The command with its subcommands, which has not been given any arguments yet. */
  public static CommandLine commands() {
    CommandLine commands = new CommandLine(new Palinode());
    ServiceLoader.load(ExtraCommand.class).forEach(commands::addSubcommand);
    commands.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING, help -> "");
    commands
        .getHelpSectionMap()
        .put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, new CommandGroups());
    for (CommandLine command : commands.getSubcommands().values()) {
      if (command.getCommand() instanceof AttackCommand) {
        command
            .getHelpSectionMap()
            .put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, AttackCommand::listInOrder);
      }
      if (command.getCommand() instanceof HelpCommand) {
        command.getCommandSpec().usageMessage().hidden(true); // the footer names it
      } else {
        command.getCommandSpec().addOption(helpOption());
      }
      // Options after the launched command belong to it.
      command.setStopAtPositional(command.getCommand() instanceof LaunchCommand);
    }
    layOut(commands);
    return commands
        .setExecutionExceptionHandler((error, command, parsed) -> Errors.explain(error, command))
        .setParameterExceptionHandler(Errors::explainUsage)
        .setHelpFactory(new TypedLabels())
        .setUsageHelpAutoWidth(Boolean.getBoolean("palinode.terminal"))
        .setCaseInsensitiveEnumValuesAllowed(true);
  }

  private static void layOut(CommandLine command) {
    UsageMessageSpec usage = command.getCommandSpec().usageMessage();
    Map<String, IHelpSectionRenderer> sections = command.getHelpSectionMap();
    sections.put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, new OptionList());
    sections.put(
        UsageMessageSpec.SECTION_KEY_DESCRIPTION, help -> wrapped(help, usage.description()));
    sections.put(UsageMessageSpec.SECTION_KEY_FOOTER, help -> wrapped(help, usage.footer()));
    command.getSubcommands().values().forEach(Palinode::layOut);
  }

  /** Wraps all lines but examples, which are to be copied. */
  private static String wrapped(Help help, String... lines) {
    UsageMessageSpec usage = help.commandSpec().usageMessage();
    StringBuilder text = new StringBuilder();
    for (String line : lines) {
      if (line.startsWith("Example: ") || line.startsWith("  palinode ")) {
        text.append(String.format(Locale.ROOT, line + "%n"));
      } else {
        boolean isWide = usage.adjustLineBreaksForWideCJKCharacters();
        Help.join(help.ansi(), usage.width(), isWide, new String[] {line}, text);
      }
    }
    return text.toString();
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
    spec.commandLine().usage(System.out);
  }
}
