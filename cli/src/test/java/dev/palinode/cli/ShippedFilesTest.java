package dev.palinode.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.cli.console.ShippedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shipped files are found from a folder that is not the product's. */
class ShippedFilesTest {
  private static final String HOME = "palinode.home";

  @TempDir private Path home;
  private @Nullable String before;

  @BeforeEach
  void setHome() {
    before = System.setProperty(HOME, home.toString());
  }

  @AfterEach
  void resetHome() {
    if (before == null) {
      System.clearProperty(HOME);
    } else {
      System.setProperty(HOME, before);
    }
  }

  @Test
  void aFileThatIsNotHere_isTakenFromTheProduct() throws IOException {
    Path recipe = Files.createDirectories(home.resolve("recipes")).resolve("mine.yaml");
    Files.writeString(recipe, "recipe: no-such");

    assertThat(ShippedFiles.find(Path.of("recipes/mine.yaml"))).isEqualTo(recipe);
    assertThat(ShippedFiles.find(Path.of("pom.xml"))).isEqualTo(Path.of("pom.xml")); // is here
    assertThat(CommandRun.of("train", "recipes/mine.yaml").err()).contains("recipe is \"no-such\"");
  }

  @Test
  void aBenchmarkThatIsNotThere_orHasNoData_isAnErrorThatSaysWhatToDo() throws IOException {
    Path folder = Files.createDirectories(home.resolve("benchmarks"));
    Files.writeString(folder.resolve("toads.yaml"), "");
    Path file = folder.resolve("newts.yaml");
    Files.writeString(file, "name: newts\nversion: 1\nprompts: {file: newts.jsonl}\n");

    assertThat(CommandRun.of("evaluate", "frogs", "--output=o", "--model=m").err())
        .isEqualTo(
            "palinode: there is no benchmark frogs: expected newts, toads, or a YAML file\n");
    assertThat(CommandRun.of("evaluate", "newts", "--output=o", "--model=m").err())
        .isEqualTo(
            "palinode: "
                + folder.resolve("newts.jsonl")
                + ": there is no such file; name the folder of the data with --data DIR\n");
  }

  @Test
  void promptsThatAreNotHere_areTakenFromTheProduct() throws IOException {
    Path prompts = Files.createDirectories(home.resolve("mine")).resolve("prompts.txt");
    Files.writeString(prompts, "\n");

    assertThat(CommandRun.of("generate", "--model", "x", "--prompts", "mine/prompts.txt").err())
        .startsWith("palinode: " + prompts + ": no prompt in it");
  }

  @Test
  void aFileThatIsNowhere_isNamed_withWhereItWasLookedFor() {
    String here = Path.of("").toAbsolutePath().toString();

    assertThat(CommandRun.of("train", "recipes/none.yaml").err())
        .isEqualToIgnoringNewLines(
            "palinode: recipes/none.yaml: there is no such file, neither in %s nor in %s"
                .formatted(here, home));
    assertThatThrownBy(() -> ShippedFiles.find(home.resolve("none.txt")))
        .hasMessage(home.resolve("none.txt") + ": there is no such file");
  }

  @Test
  void usageErrors_areShort() {
    CommandRun run = CommandRun.of("generate", "--modle", "x", "text");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err().lines()).hasSizeLessThanOrEqualTo(4);
    assertThat(run.err()).startsWith("palinode: ").contains("More: palinode generate --help");
    assertThat(CommandRun.of("train").err())
        .isEqualToIgnoringNewLines(
            "palinode: Missing required parameter: 'RECIPE'"
                + "Usage: palinode train [OPTIONS] RECIPE [KEY=VALUE...]"
                + "More: palinode train --help");
  }
}
