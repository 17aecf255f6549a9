package dev.palinode.cli.documentation;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jline.reader.EOFError;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser.ParseContext;
import org.jline.reader.impl.DefaultParser;

/** The words of the commands in a piece of shell, as far as documentation uses the language. */
final class ShellCommands {
  private static final Set<String> SEPARATORS = Set.of("&&", "||", "|", "&", ";");

  private ShellCommands() {}

  /** Each command with its arguments, without quotes, comments and redirections. */
  static List<List<String>> of(String shell) {
    DefaultParser parser =
        new DefaultParser().lineCommentDelims(new String[] {"# "}).eofOnUnclosedQuote(true);
    List<List<String>> commands = new ArrayList<>();
    String begun = "";
    for (String line : shell.lines().toList()) {
      String command = begun + line;
      if (line.endsWith("\\")) {
        begun = command.substring(0, command.length() - 1);
        continue;
      }
      try {
        ParsedLine parsed = parser.parse(command, command.length(), ParseContext.ACCEPT_LINE);
        commands.addAll(separated(parsed.words()));
        begun = "";
      } catch (EOFError e) { // a quote goes on in the next line
        begun = command + "\n";
      }
    }
    if (!begun.isEmpty()) {
      throw new IllegalArgumentException("not a whole command: " + begun);
    }
    return commands;
  }

  private static List<List<String>> separated(List<String> words) {
    List<List<String>> commands = new ArrayList<>();
    List<String> command = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (SEPARATORS.contains(word)) {
        commands.add(command);
        command = new ArrayList<>();
      } else if (word.matches("[0-9]?>>?")) {
        i++; // and the file
      } else if (!word.isEmpty()) {
        command.add(word);
      }
    }
    commands.add(command);
    commands.removeIf(List::isEmpty);
    return commands;
  }
}
