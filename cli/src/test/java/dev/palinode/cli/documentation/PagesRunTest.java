package dev.palinode.cli.documentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The pages, followed from top to bottom in a folder like a fresh clone: each command of the shell
 * blocks is run, each block with a file name is saved, and what is shown as output really comes. A
 * command that is not run has its reason in a comment above its block, see {@link CodeBlock}.
 */
class PagesRunTest {
  @TempDir private Path folder;

  static List<Path> pages() {
    return Pages.all().stream()
        .filter(page -> CodeBlock.of(page).stream().anyMatch(CodeBlock::isShell))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("pages")
  @Tag("slow") // trains models
  @DisabledOnOs(OS.WINDOWS)
  void page_followedFromTopToBottom_works(Path page) throws Exception {
    try (ReadersFolder reader = new ReadersFolder(folder)) {
      String output = "";
      for (CodeBlock block : CodeBlock.of(page)) {
        if (block.isShell()) {
          output = run(block, reader);
        } else if (!block.file().isEmpty()) {
          reader.save(block);
        } else if (block.language().equals("text")) {
          assertShown(block, output);
        }
      }
    }
  }

  private static String run(CodeBlock block, ReadersFolder reader) throws Exception {
    for (String command : block.before()) {
      reader.run(block.place(), command);
    }
    StringBuilder output = new StringBuilder();
    for (String command : block.commands()) {
      output.append(reader.run(block.place(), StandIns.in(block.page(), command)));
    }
    return output.toString();
  }

  /** Otherwise the text was changed, and the reason is above another command. */
  @ParameterizedTest
  @MethodSource("pages")
  void excuses_areOfCommandsInTheirBlock(Path page) {
    for (CodeBlock block : CodeBlock.of(page)) {
      assertThat(block.excuses()).as(block.place()).allMatch(block.text()::contains);
    }
  }

  /** A text of which an earlier one leaves nothing is not needed either. */
  @Test
  void standIns_areNeeded() {
    List<String> commands = new ArrayList<>();
    Pages.reference().stream()
        .flatMap(page -> CodeBlock.of(page).stream())
        .filter(CodeBlock::isShell)
        .forEach(block -> commands.addAll(block.commands()));
    StandIns.inOrder()
        .forEach(
            (text, standIn) -> {
              assertThat(commands).as(text).anyMatch(command -> command.contains(text));
              commands.replaceAll(command -> command.replace(text, standIn));
            });
  }

  /**
   * Lines are shown in the order in which they come; others may be left out. Numbers differ: by
   * processor, by load.
   */
  private static void assertShown(CodeBlock block, String output) {
    List<String> come = output.lines().map(PagesRunTest::withoutNumbers).toList();
    int next = 0;
    for (String line : block.text().lines().filter(each -> !each.equals("...")).toList()) {
      int found = come.subList(next, come.size()).indexOf(withoutNumbers(line));
      assertThat(found)
          .as("%s shows%n%s%nwhat came:%n%s", block.place(), line, output)
          .isNotNegative();
      next += found + 1;
    }
  }

  private static String withoutNumbers(String line) {
    return line.replaceAll("[0-9]+([.,:][0-9]+)*", "#").replaceAll("[- ]+", " ").strip();
  }

  @Test
  void output_isComparedWithoutNumbers() {
    CodeBlock shown = new CodeBlock(folder, 1, "text", "", "a 12.5%   b\n...\nend\n", List.of());

    assertShown(shown, "first\na  3% b\nmiddle\nend\n");
    assertThatThrownBy(() -> assertShown(shown, "end\na 3% b\n"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("end");
  }
}
