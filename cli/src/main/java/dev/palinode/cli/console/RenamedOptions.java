package dev.palinode.cli.console;

import java.util.Map;
import org.apache.commons.lang3.StringUtils;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** Renamed options: an old name is an error that gives the new one. */
public final class RenamedOptions {
  private static final Map<String, String> NEW_NAMES =
      Map.ofEntries(
          Map.entry("--attacker-key", "--attacker NAME@URL,key=VARIABLE"),
          Map.entry("--batch", "--batch-size"),
          Map.entry("--context", "--max-context"),
          Map.entry("--drain-seconds", "--drain-timeout"),
          Map.entry("--elicit-share", "--elicit-fraction"),
          Map.entry("--keep-repetitions", "--keep-duplicates"),
          Map.entry("--endpoint", "--judge llama-guard-3:NAME@URL"),
          Map.entry("--guard-model", "--judge llama-guard-3:DIR"),
          Map.entry("--judge-template", "--judge instructed:NAME@URL,template=FILE"),
          Map.entry("--lexicon", "--judge lexicon:FILE"),
          Map.entry("--max-tokens", "--max-new-tokens"),
          Map.entry("--out", "--output"),
          Map.entry("--prompt", "--prompt-tokens"),
          Map.entry("--rewriter-key", "--rewriter NAME@URL,key=VARIABLE"),
          Map.entry("--share", "--max-shown"),
          Map.entry("--stall-seconds", "--stall-timeout"),
          Map.entry("--test-share", "--test-fraction"),
          Map.entry("--together", "--batch-size"),
          Map.entry("--upstream-silence", "--upstream-timeout"),
          Map.entry("--weights", "--dtype"));

  private RenamedOptions() {}

  /** Makes a command and its subcommands refuse the old names of their options. */
  public static void refuseOldNames(CommandSpec command) {
    NEW_NAMES.forEach(
        (old, now) -> {
          String name = StringUtils.substringBefore(now, " ");
          if (command.optionsMap().containsKey(name) && !command.optionsMap().containsKey(old)) {
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

  /** The present name of an option that a command has, or once had. */
  public static String presentName(String option, CommandSpec command) {
    OptionSpec own = command.optionsMap().get(option);
    return own != null && !own.hidden() ? option : NEW_NAMES.getOrDefault(option, option);
  }
}
