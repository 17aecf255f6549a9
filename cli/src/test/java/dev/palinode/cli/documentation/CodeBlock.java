package dev.palinode.cli.documentation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A fenced block of a Markdown file.
 *
 * @param page the file
 * @param line the line of the opening fence, from 1
 * @param language the first word after the fence; empty for none
 * @param file the second word, the file that readers are told to save the block as; empty for none
 * @param text what is in the block
 */
record CodeBlock(Path page, int line, String language, String file, String text) {
  private static final String FENCE = "```";

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
                text.toString()));
      }
    }
    return blocks;
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

  /** Where the block is, for messages. */
  String place() {
    return page.getFileName() + ":" + line;
  }
}
