package dev.palinode.cli.console;

import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** Renamed options: an old name is an error that gives the new one. */
public final class RenamedOptions {
  private static final Map<String, String> NEW_NAMES =
      Map.of(
          "--together", "--batch-size",
          "--context", "--max-context",
          "--keep-repetitions", "--keep-duplicates",
          "--weights", "--dtype");

  private RenamedOptions() {}

  /** Makes a command and its subcommands refuse the old names of their options. */
  public static void refuseOldNames(CommandSpec command) {
    NEW_NAMES.forEach(
        (old, now) -> {
          if (command.optionsMap().containsKey(now) && !command.optionsMap().containsKey(old)) {
            command.addOption(refusing(old, now));
          }
        });
    command.subcommands().values().forEach(each -> refuseOldNames(each.getCommandSpec()));
  }

  private static OptionSpec refusing(String old, String now) {
    return OptionSpec.builder(old)
        .hidden(true)
        .arity("0..1")
        .preprocessor(
            (arguments, command, option, info) -> {
              throw new ParameterException(command.commandLine(), old + " is now called " + now);
            })
        .build();
  }

  /** The present name of an option. */
  public static String presentName(String option) {
    return NEW_NAMES.getOrDefault(option, option);
  }
}
