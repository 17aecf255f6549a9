package dev.palinode.cli.documentation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A fenced block of a Markdown file. Comments on the lines above its fence, which readers do not
 * see, are for the tests: {@code <!-- before: COMMAND -->} is a command to be run before those of
 * the block, {@code <!-- not run: REASON -->} excuses all commands of the block from being run, and
 * {@code <!-- not run `TEXT`: REASON -->} those that contain the text.
 *
 * @param page the file
 * @param line the line of the opening fence, from 1
 * @param language the first word after the fence; empty for none
 * @param file the second word, the file that readers are told to save the block as; empty for none
 * @param text what is in the block
 * @param comments the comments above it
 */
record CodeBlock(
    Path page, int line, String language, String file, String text, List<String> comments) {
  private static final String FENCE = "```";
  private static final Pattern COMMENT = Pattern.compile("<!-- (.+) -->");
  private static final Pattern BEFORE = Pattern.compile("before: (.+)");
  private static final Pattern EXCUSE = Pattern.compile("not run(?: `([^`]+)`)?: .+");

  CodeBlock {
    for (String comment : comments) {
      if (!BEFORE.matcher(comment).matches() && !EXCUSE.matcher(comment).matches()) {
        throw new IllegalArgumentException(page + ":" + line + ": comment '" + comment + "'");
      }
    }
  }

  /** The blocks of a page, in their order. */
  static List<CodeBlock> of(Path page) {
    List<CodeBlock> blocks = new ArrayList<>();
    List<String> lines = lines(page);
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).startsWith(FENCE)) {
        int opening = i;
        StringBuilder text = new StringBuilder();
        while (!lines.get(++i).equals(FENCE)) {
          text.append(lines.get(i)).append('\n');
        }
        String info = lines.get(opening).substring(FENCE.length());
        int blank = info.indexOf(' ');
        blocks.add(
            new CodeBlock(
                page,
                opening + 1,
                blank < 0 ? info : info.substring(0, blank),
                blank < 0 ? "" : info.substring(blank + 1),
                text.toString(),
                commentsAbove(lines, opening)));
      }
    }
    return blocks;
  }

  private static List<String> commentsAbove(List<String> lines, int fence) {
    List<String> comments = new ArrayList<>();
    for (int i = fence - 1; i >= 0; i--) {
      Matcher comment = COMMENT.matcher(lines.get(i));
      if (!comment.matches()) {
        break;
      }
      comments.add(0, comment.group(1));
    }
    return comments;
  }

  /** The lines of a page that are in none of its blocks. */
  static List<String> prose(Path page) {
    List<String> lines = new ArrayList<>(lines(page));
    for (CodeBlock block : of(page)) {
      long length = block.text().lines().count() + 2;
      for (int i = 0; i < length; i++) {
        lines.set(block.line() - 1 + i, "");
      }
    }
    return lines;
  }

  private static List<String> lines(Path page) {
    try {
      return Files.readAllLines(page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isShell() {
    return language.equals("sh");
  }

  /** The commands to be run before those of the block. */
  List<String> before() {
    return comments.stream()
        .map(BEFORE::matcher)
        .filter(Matcher::matches)
        .map(it -> it.group(1))
        .toList();
  }

  /** The commands of a shell block that no comment excuses from being run. */
  List<String> commands() {
    return ShellCommands.texts(text).stream()
        .filter(command -> excuses().stream().noneMatch(command::contains))
        .toList();
  }

  /** Texts of commands that are not run; the empty text for all commands of the block. */
  List<String> excuses() {
    return comments.stream()
        .map(EXCUSE::matcher)
        .filter(Matcher::matches)
        .map(it -> it.group(1) == null ? "" : it.group(1))
        .toList();
  }

  /** Where the block is, for messages. */
  String place() {
    return page.getFileName() + ":" + line;
  }
}
