package dev.palinode.training.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.training.objective.Supervision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecipeFileTest {
  private static final Path RECIPE =
      Path.of(System.getProperty("palinode.root", ".."), "recipes/backtracking-sft.yaml");

  @TempDir Path folder;

  private static BacktrackingSftRecipe settings(String... overrides) throws IOException {
    return RecipeFile.read(RECIPE, List.of(overrides)).bind(BacktrackingSftRecipe.class);
  }

  @Test
  void shippedRecipe_isComplete_butForModelAndData() throws IOException {
    BacktrackingSftRecipe settings = settings("model=/some/model", "data=a b.jsonl");

    assertThat(settings.common().model().model()).isEqualTo(Path.of("/some/model"));
    assertThat(settings.common().data().data()).isEqualTo(Path.of("a b.jsonl"));
    assertThat(settings.supervision()).isEqualTo(Supervision.BACKTRACKING);
    assertThat(settings.resetToken()).isEqualTo("[RESET]");
  }

  @Test
  void overrides_win() throws IOException {
    BacktrackingSftRecipe settings =
        settings("model=m", "data=d", "epochs=3", "supervision=plain-matched", "seed=7", "seed=8");

    assertThat(settings.common().optimization().epochs()).isEqualTo(3);
    assertThat(settings.supervision()).isEqualTo(Supervision.PLAIN_MATCHED);
    assertThat(settings.common().optimization().seed()).isEqualTo(8);
  }

  @Test
  void allProblems_areReportedTogether() {
    assertThatThrownBy(
            () -> settings("lerning_rate=1", "epochs=many", "overlong=shrink", "max_length=1.5"))
        .isInstanceOf(RecipeException.class)
        .hasMessageContaining("unknown key \"lerning_rate\"; did you mean \"learning_rate\"?")
        .hasMessageContaining("model is not set: give it in the file or as model=...")
        .hasMessageContaining("data is not set")
        .hasMessageContaining("epochs is many: expected a whole number")
        .hasMessageContaining("overlong is shrink: expected one of drop, truncate-oldest-turns")
        .hasMessageContaining("max_length is 1.5: expected a whole number");
  }

  @Test
  void valuesOutOfRange_areRefusedByTheSettingsThemselves() {
    assertThatThrownBy(() -> settings("model=m", "data=d", "warmup_ratio=2"))
        .isInstanceOf(RecipeException.class)
        .hasMessageContaining("warmup_ratio is 2.0: expected a fraction of the steps");
  }

  @Test
  void brokenYaml_isOneLine_withFileLineAndColumn() {
    assertThatThrownBy(() -> file("r.yaml", "recipe: x", "  bad: y"))
        .hasMessage(
            folder.resolve("r.yaml")
                + ": line 2, column 6: not valid YAML: mapping values are not allowed here");
    assertThatThrownBy(() -> file("r.yaml", "seed: 1", "recipe: [x,", ""))
        .hasMessage(
            folder.resolve("r.yaml")
                + ": line 2, column 11: not valid YAML: expected the node content, but found the"
                + " end of the file");
    assertThatThrownBy(() -> file("r.yaml", "\t"))
        .hasMessageContaining("r.yaml: line 1: not valid YAML");
  }

  @Test
  void overrideWithoutEquals_isExplained() {
    assertThatThrownBy(() -> RecipeFile.read(RECIPE, List.of("epochs")))
        .isInstanceOf(RecipeException.class)
        .hasMessageContaining("\"epochs\": expected key=value");
  }

  @Test
  void resolvedRecipe_readsBackTheSame() throws IOException {
    RecipeFile file = RecipeFile.read(RECIPE, List.of("model=m", "data=d", "reset_token=[UNDO]"));
    Path resolved = Files.writeString(folder.resolve("resolved.yaml"), file.resolved());

    assertThat(RecipeFile.read(resolved, List.of()).bind(BacktrackingSftRecipe.class))
        .isEqualTo(file.bind(BacktrackingSftRecipe.class));
  }

  @Test
  void valueOnTheCommandLine_isTheOneOfTheFile() throws IOException {
    RecipeFile plain = RecipeFile.read(RECIPE, List.of("model=m", "data=d"));
    RecipeFile same =
        RecipeFile.read(
            RECIPE,
            List.of(
                "model=m",
                "data=d",
                "batch_size=16",
                "learning_rate=5e-4",
                "validation_fraction=0.0",
                "gradient_checkpointing=false",
                "overlong=truncate-oldest-turns"));

    assertThat(same.resolved()).isEqualTo(plain.resolved());
  }

  private RecipeFile file(String name, String... lines) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return RecipeFile.read(Files.write(file, List.of(lines)), List.of());
  }

  @Test
  void base_givesTheKeysThatAFileDoesNotState() throws IOException {
    file("general.yaml", "epochs: 1", "seed: 1", "output: a");
    file("own/large.yaml", "base: ../general.yaml", "epochs: 2", "output: b");

    assertThat(file("own/larger.yaml", "base: large.yaml", "output: c").resolved())
        .isEqualTo(file("whole.yaml", "epochs: 2", "seed: 1", "output: c").resolved());
  }

  @Test
  void baseThatIsMissing_isNamed() {
    assertThatThrownBy(() -> file("r.yaml", "base: nowhere.yaml"))
        .isInstanceOf(RecipeException.class)
        .hasMessageContaining("r.yaml cannot be run")
        .hasMessageContaining("base is \"nowhere.yaml\": there is no file " + folder);
    assertThatThrownBy(() -> RecipeFile.read(RECIPE, List.of("base=orpo.yaml")))
        .isInstanceOf(RecipeException.class)
        .hasMessageContaining("a base is named in the file");
  }

  @Test
  void basesInACircle_areNamedInTheirOrder() throws IOException {
    Files.writeString(folder.resolve("a.yaml"), "base: b.yaml");

    assertThatThrownBy(() -> file("b.yaml", "base: ./a.yaml"))
        .isInstanceOf(RecipeException.class)
        .hasMessageContaining("base leads back: ")
        .hasMessageMatching("(?s).*b\\.yaml -> .*a\\.yaml -> .*b\\.yaml");
  }

  @Test
  void unknownKeyOfABase_isFound() throws IOException {
    file("general.yaml", "epocs: 1");

    assertThatThrownBy(() -> file("r.yaml", "base: general.yaml").bind(BacktrackingSftRecipe.class))
        .isInstanceOf(RecipeException.class)
        .hasMessageContaining("unknown key \"epocs\"; did you mean \"epochs\"?");
  }
}
