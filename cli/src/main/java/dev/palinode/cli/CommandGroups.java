package dev.palinode.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;

/** The list of commands, by purpose. */
final class CommandGroups implements IHelpSectionRenderer {
  private record Group(String title, List<String> commands) {}

  private static final List<Group> GROUPS =
      List.of(
          new Group("See what it is about", List.of("demo")),
          new Group("Use a model", List.of("chat", "generate", "serve", "gateway", "inspect")),
          new Group("Prepare data", List.of("data")),
          new Group("Make a model", List.of("train", "launch", "merge", "subtract")),
          new Group(
              "Measure",
              List.of("evaluate", "compare", "calibrate", "report", "attack", "bench", "load")));

  @Override
  public String render(Help help) {
    Map<String, Help> left = new LinkedHashMap<>(help.subcommands());
    StringBuilder text = new StringBuilder();
    for (Group group : GROUPS) {
      Map<String, Help> members = new LinkedHashMap<>(left);
      members.keySet().retainAll(group.commands());
      left.keySet().removeAll(group.commands());
      text.append(list(group.title(), members, help));
    }
    return text.append(list("Further", left, help)).toString();
  }

  private static String list(String title, Map<String, Help> commands, Help help) {
    return commands.isEmpty() ? "" : "%n%s:%n%s".formatted(title, help.commandList(commands));
  }
}
