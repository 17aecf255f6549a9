package dev.palinode.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.model.folder.LoadedModel;
import dev.palinode.testkit.Fixtures;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands, end to end, on a real checkpoint and real data. */
class PalinodeTest {
  private static final Path RECIPE =
      Path.of(System.getProperty("palinode.root", ".."), "recipes/backtracking-sft.yaml");

  @TempDir Path folder;

  private record Outcome(int exitCode, String out, String err) {}

  private static Outcome run(String... args) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
    ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
    System.setOut(new PrintStream(outBytes, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(errBytes, true, StandardCharsets.UTF_8));
    try {
      int exitCode = Palinode.run(args);
      return new Outcome(
          exitCode,
          outBytes.toString(StandardCharsets.UTF_8),
          errBytes.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  @Test
  void withoutArguments_listsTheCommands() {
    Outcome outcome = run();

    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out()).contains("demo", "chat", "train", "generate", "subtract");
  }

  @Test
  void generate_tellsTheStoryTheModelIsKnownFor() {
    Path model = Fixtures.model("stories260K/hf");
    String story = Fixtures.json(model.resolveSibling("golden.json")).path("greedy_text").asText();

    Outcome outcome =
        run("generate", "--model", model.toString(), "--max-new-tokens", "252", "Once upon a time");

    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out().strip()).isEqualTo(story.strip());
  }

  @Test
  void train_makesABacktrackingModel_ofARealCheckpointAndRealData() throws IOException {
    Path model = Fixtures.model("stories260K/hf");
    Path data = folder.resolve("pairs.jsonl");
    try (BufferedReader rows =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(
                    Files.newInputStream(Fixtures.data("hh-rlhf/harmless-base-test.jsonl.gz"))),
                StandardCharsets.UTF_8))) {
      Files.write(data, rows.lines().limit(40).toList());
    }
    Path output = folder.resolve("trained");

    Outcome outcome =
        run(
            "train",
            RECIPE.toString(),
            "model=" + model,
            "data=" + data,
            "output=" + output,
            "batch_size=8");

    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out()).contains("40 rows read", "added [RESET] as token 512", "written: ");
    try (LoadedModel trained = LoadedModel.open(output)) {
      assertThat(trained.resetId()).hasValue(512);
      assertThat(trained.network().config().vocabSize()).isEqualTo(513);
    }
    assertThat(output.resolve("recipe.yaml")).content().contains("supervision: \"backtracking\"");
    assertThat(output.resolve("run.json")).content().contains("\"rows_read\" : 40");
    List<String> metrics = Files.readAllLines(output.resolve("metrics.jsonl"));
    assertThat(metrics).isNotEmpty().allMatch(line -> line.contains("\"loss\":"));
  }

  @Test
  void subtract_writesAModelThatLoads() throws IOException {
    Path base = Fixtures.model("stories260K/hf");
    Path output = folder.resolve("subtracted");

    Outcome outcome =
        run("subtract", "--base=" + base, "--tuned=" + base, "--relu", "--out=" + output);

    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out()).contains("100%", "written: " + output);
    try (LoadedModel model = LoadedModel.open(output)) {
      assertThat(model.network().config().vocabSize()).isEqualTo(512);
    }

    Outcome again =
        run("subtract", "--base=" + base, "--tuned=" + output, "--coefficient=NaN", "--out=x");
    assertThat(again.exitCode()).isEqualTo(1);
    assertThat(again.err()).contains("coefficient is NaN").doesNotContain("\tat ");
  }

  @Test
  void mistakes_areExplainedInALine() {
    Outcome missing = run("generate", "--model", folder.toString(), "text");
    assertThat(missing.exitCode()).isEqualTo(1);
    assertThat(missing.err()).startsWith("palinode: ").contains("no config.json");
    assertThat(missing.err()).doesNotContain("\tat ");

    Outcome recipe = run("train", RECIPE.toString(), "modle=x");
    assertThat(recipe.exitCode()).isEqualTo(1);
    assertThat(recipe.err()).contains("did you mean \"model\"?").doesNotContain("\tat ");
  }
}
