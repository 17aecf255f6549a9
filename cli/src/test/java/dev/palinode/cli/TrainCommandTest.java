package dev.palinode.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainCommandTest {
  private static final Path RECIPES = Path.of(System.getProperty("palinode.root", ".."), "recipes");

  @TempDir private Path folder;

  private CommandRun train(String... more) throws IOException {
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      rows.add(
          String.format(
              Locale.ROOT,
              "{\"prompt\": \"when is visit %d\", \"chosen\": \"on monday\", \"rejected\": \"call me\"}",
              i));
    }
    Path data = Files.write(folder.resolve("rows.jsonl"), rows);
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "train",
                RECIPES.resolve("orpo.yaml").toString(),
                "model=" + Fixtures.fixture("models/llama"),
                "data=" + data,
                "output=" + folder.resolve("out"),
                "batch_size=4",
                "epochs=2"));
    arguments.addAll(List.of(more));
    return CommandRun.of(arguments.toArray(String[]::new));
  }

  @Test
  void dryRun_printsRecipe_counts_andEstimates() throws IOException {
    CommandRun run = train("--dry-run");

    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .contains("batch_size: 4", "examples  12 to train on, 0 held out", "steps     6")
        .containsPattern("memory    about [0-9]+ MB")
        .containsPattern("time      about [0-9]+ s");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void run_saysWhatItDoes_andGoesOnWhenGivenAgain() throws IOException {
    CommandRun first = train();
    CommandRun second = train();

    assertThat(first.exitCode()).isZero();
    assertThat(first.out()).contains("data: 6 rows read", "training", "step 6/6", "written: ");
    assertThat(second.out())
        .contains("continues from the checkpoint after step 6")
        .doesNotContain("step 6/6,");
  }

  @Test
  void otherSettingsInTheSameFolder_areRefused_withAWayOut() throws IOException {
    train();
    String recipe = Files.readString(folder.resolve("out/recipe.yaml"));
    CommandRun other = train("learning_rate=1e-3");

    assertThat(folder.resolve("out/recipe.yaml")).hasContent(recipe);
    assertThat(other.exitCode()).isEqualTo(1);
    assertThat(other.err())
        .contains("is of another run:", "learning_rate was 5.0E-4 and is 0.001", "output=DIR")
        .doesNotContain("\tat ");
  }

  @Test
  void modelOrDataThatIsNotThere_isNamed() throws IOException {
    CommandRun run = train("model=nowhere", "data=nothing.jsonl");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .contains(
            "model is nowhere, which is not a folder, data is nothing.jsonl, which does not exist")
        .doesNotContain("\tat ");
  }

  @Test
  void mistakesInARecipe_areToldTogether() throws IOException {
    CommandRun run = train("lerning_rate=1", "epochs=0", "tune=everything");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .contains("unknown key \"lerning_rate\"; did you mean \"learning_rate\"?")
        .contains("epochs is 0: expected 1 or more")
        .contains("tune is everything: expected one of all, lora")
        .doesNotContain("\tat ");
  }
}
