package dev.palinode.cli.console;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Commands of Palinode that users can copy into a shell. */
public final class ShellCommand {
  private static final Pattern PLAIN = Pattern.compile("[\\w./=,:@%+-]+");

  private ShellCommand() {}

  /** The command, with the name by which the launcher was started. */
  public static String text(List<String> arguments) {
    String name = quoted(System.getProperty("palinode.command", "palinode"));
    return name + " " + arguments(arguments);
  }

  /** The arguments alone. */
  public static String arguments(List<String> arguments) {
    return arguments.stream().map(ShellCommand::quoted).collect(Collectors.joining(" "));
  }

  private static String quoted(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
