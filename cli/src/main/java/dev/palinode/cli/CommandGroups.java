package dev.palinode.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.Column.Overflow;
import picocli.CommandLine.Help.TextTable;
import picocli.CommandLine.IHelpSectionRenderer;

/** The list of commands, by what one wants to do. */
final class CommandGroups implements IHelpSectionRenderer {
  private static final int NAMES = 12;

  private static final Map<String, List<String>> GROUPS = new LinkedHashMap<>();

  static {
    GROUPS.put("See what it is about", List.of("demo"));
    GROUPS.put("Use a model", List.of("chat", "generate", "inspect"));
    GROUPS.put("Prepare data", List.of("data"));
    GROUPS.put("Make a model", List.of("train", "launch", "merge", "subtract"));
    GROUPS.put("Measure", List.of("bench"));
  }

  @Override
  public String render(Help help) {
    Map<String, Help> left = new LinkedHashMap<>(help.subcommands());
    StringBuilder text = new StringBuilder();
    GROUPS.forEach(
        (title, names) -> {
          Map<String, Help> group = new LinkedHashMap<>();
          for (String name : names) {
            Help command = left.remove(name);
            if (command != null) {
              group.put(name, command);
            }
          }
          text.append(group(title, group, help));
        });
    return text.append(group("Further", left, help)).toString();
  }

  private static String group(String title, Map<String, Help> commands, Help help) {
    if (commands.isEmpty()) {
      return "";
    }
    TextTable table =
        TextTable.forColumns(
            help.colorScheme(),
            new Column(NAMES, 2, Overflow.SPAN),
            new Column(help.commandSpec().usageMessage().width() - NAMES, 2, Overflow.WRAP));
    commands.forEach(
        (name, command) ->
            table.addRowValues(name, command.commandSpec().usageMessage().description()[0]));
    return "%n%s:%n%s".formatted(title, table);
  }
}
