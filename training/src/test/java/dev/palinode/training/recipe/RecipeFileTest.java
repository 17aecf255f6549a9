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

  private static BacktrackingSftSettings settings(String... overrides) throws IOException {
    return RecipeFile.read(RECIPE, List.of(overrides)).bind(BacktrackingSftSettings.class);
  }

  @Test
  void shippedRecipe_isComplete_butForModelAndData() throws IOException {
    BacktrackingSftSettings settings = settings("model=/some/model", "data=a b.jsonl");

    assertThat(settings.common().model().model()).isEqualTo(Path.of("/some/model"));
    assertThat(settings.common().data().data()).isEqualTo(Path.of("a b.jsonl"));
    assertThat(settings.supervision()).isEqualTo(Supervision.BACKTRACKING);
    assertThat(settings.resetToken()).isEqualTo("[RESET]");
  }

  @Test
  void overrides_win() throws IOException {
    BacktrackingSftSettings settings =
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
        .hasMessageContaining("overlong is shrink: expected one of drop, cut")
        .hasMessageContaining("max_length is 1.5: expected a whole number");
  }

  @Test
  void valuesOutOfRange_areRefusedByTheSettingsThemselves() {
    assertThatThrownBy(() -> settings("model=m", "data=d", "warmup_ratio=2"))
        .isInstanceOf(RecipeException.class)
        .hasMessageContaining("warmup_ratio is 2.0: expected a share of the steps");
  }

  @Test
  void brokenYaml_namesFileAndLine() throws IOException {
    Path file = Files.writeString(folder.resolve("r.yaml"), "recipe: x\n  bad: [\n");

    assertThatThrownBy(() -> RecipeFile.read(file, List.of()))
        .isInstanceOf(RecipeException.class)
        .hasMessageContaining("r.yaml")
        .hasMessageContaining("line");
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

    assertThat(RecipeFile.read(resolved, List.of()).bind(BacktrackingSftSettings.class))
        .isEqualTo(file.bind(BacktrackingSftSettings.class));
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
                "validation_share=0.0",
                "recompute=false",
                "overlong=cut"));

    assertThat(same.resolved()).isEqualTo(plain.resolved());
  }
}
