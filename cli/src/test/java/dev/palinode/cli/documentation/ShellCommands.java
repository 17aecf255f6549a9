package dev.palinode.cli.documentation;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jline.reader.EOFError;
import org.jline.reader.Parser.ParseContext;
import org.jline.reader.impl.DefaultParser;

/** The words of the commands in a piece of shell, as far as documentation uses the language. */
final class ShellCommands {
  private static final Set<String> SEPARATORS = Set.of("&&", "||", "|", "&", ";");

  private ShellCommands() {}

  /** Each command with its arguments, without quotes, comments and redirections. */
  static List<List<String>> of(String shell) {
    List<List<String>> commands = new ArrayList<>();
    texts(shell).forEach(text -> commands.addAll(separated(words(text))));
    return commands;
  }

  /** Lines of commands as they are written; one that goes on in further lines is one text. */
  static List<String> texts(String shell) {
    List<String> texts = new ArrayList<>();
    String begun = "";
    for (String line : shell.lines().toList()) {
      String text = begun + line;
      if (line.endsWith("\\")) {
        begun = text.substring(0, text.length() - 1);
        continue;
      }
      try {
        words(text);
        texts.add(text);
        begun = "";
      } catch (EOFError e) { // a quote goes on in the next line
        begun = text + "\n";
      }
    }
    if (!begun.isEmpty()) {
      throw new IllegalArgumentException("not a whole command: " + begun);
    }
    return texts;
  }

  private static List<String> words(String text) {
    return new DefaultParser()
        .lineCommentDelims(new String[] {"# "})
        .eofOnUnclosedQuote(true)
        .parse(text, text.length(), ParseContext.ACCEPT_LINE)
        .words();
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
