package dev.palinode.cli.documentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The tutorials, followed from top to bottom in a folder like a fresh clone: each shell block is
 * run, each block with a file name is saved, and what is shown as output really comes.
 */
class TutorialsTest {
  @TempDir private Path folder;

  static List<Path> tutorials() {
    return Pages.tutorials();
  }

  @ParameterizedTest
  @MethodSource("tutorials")
  @Tag("slow") // trains models
  @DisabledOnOs(OS.WINDOWS)
  void tutorial_followedToTheLetter_works(Path page) throws Exception {
    try (ReadersFolder reader = new ReadersFolder(folder)) {
      String output = "";
      for (CodeBlock block : CodeBlock.of(page)) {
        if (block.isShell()) {
          output = reader.run(block);
        } else if (!block.file().isEmpty()) {
          reader.save(block);
        } else if (block.language().equals("text")) {
          assertShown(block, output);
        }
      }
    }
  }

  /**
   * Lines are shown in the order in which they come; others may be left out. Numbers differ: by
   * processor, by load.
   */
  private static void assertShown(CodeBlock block, String output) {
    List<String> come = output.lines().map(TutorialsTest::withoutNumbers).toList();
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
    CodeBlock shown = new CodeBlock(folder, 1, "text", "", "a 12.5%   b\n...\nend\n");

    assertShown(shown, "first\na  3% b\nmiddle\nend\n");
    assertThatThrownBy(() -> assertShown(shown, "end\na 3% b\n"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("end");
  }
}
