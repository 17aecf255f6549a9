package dev.palinode.demo.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.palinode.demo.Shape;
import dev.palinode.io.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Verdicts on runs with figures that were made up. */
class StoryShapesTest {
  @TempDir private Path folder;
  private final List<StoryCommand> commands = new ArrayList<>();

  private Path run(String command, String step, String model, long seed) {
    Path output = folder.resolve(step + model + seed);
    commands.add(new StoryCommand(step, model, seed, 1, output, List.of(command, step)));
    return output;
  }

  private static void write(Path output, String summary) throws IOException {
    AtomicFile.replace(output.resolve("manifest.json"), "{}");
    AtomicFile.replace(output.resolve("summary.json"), summary.replace('\'', '"'));
  }

  private void attack(String attack, String model, long seed, int succeeded, int resisted)
      throws IOException {
    write(
        run("attack", attack, model, seed),
        "{'attacks': {'%s': {'behaviors': {'succeeded': %s, 'resisted': %s}}}}"
            .formatted(attack, succeeded, resisted));
  }

  private void worstOfK(String model, long seed, double... values) throws IOException {
    List<String> curve = new ArrayList<>();
    for (double value : values) {
      curve.add("{'value': " + value + "}");
    }
    write(
        run("evaluate", "worst-of-k", model, seed),
        "{'benchmarks': [{'worst_of_k': [%s]}]}".formatted(String.join(", ", curve)));
  }

  private void bias(Path sweep, double bias, double violations, double ordinaryResets)
      throws IOException {
    write(
        bias == 0
            ? run("evaluate", "greedy", "backtracking", 1)
            : sweep.resolve("reset-bias_" + bias),
        """
        {'benchmarks': [
          {'name': 'safety-world-hazard', 'metrics': {'violation_rate': {'value': %s}}},
          {'name': 'safety-world-ordinary', 'metrics': {'reset_rate': {'value': %s}},
           'times': {'ms_to_first_effective_token': {'value': 10},
                     'effective_tokens_per_second': {'value': 100}}}]}
        """
            .formatted(violations, ordinaryResets));
  }

  private List<Shape> shapes() throws IOException {
    return new StoryShapes(new StoryRuns(commands)).all();
  }

  @Test
  void gapBetweenModels_isComparedSeedBySeed() throws IOException {
    worstOfK("sft", 1, 0.5, 0.75, 1.0);
    worstOfK("sft", 2, 0.5, 1.0, 1.0);
    worstOfK("backtracking", 1, 0.25, 0.25);
    worstOfK("backtracking", 2, 0.0, 0.75);

    // Seed 1: 25 points, then 50 at the largest k that both have; seed 2: 50, then 25.
    assertThat(shapes())
        .singleElement()
        .satisfies(
            shape -> {
              assertThat(shape.here()).contains("25 at k = 1, 50 at k = 2; 50 at k = 1, 25");
              assertThat(shape.verdict()).isEqualTo("on 1 of 2 seeds");
            });
  }

  @Test
  void attacksArePooledOverSeeds() throws IOException {
    attack("pair", "sft", 1, 4, 0);
    attack("pair", "backtracking", 1, 2, 2);
    attack("gcg", "sft", 1, 1, 1);
    attack("gcg", "sft", 2, 2, 0);
    attack("gcg", "backtracking", 1, 2, 0);
    attack("gcg", "backtracking", 2, 1, 1);
    attack("adaptive-gcg", "backtracking", 1, 1, 1);

    assertThat(shapes())
        .extracting(Shape::here, Shape::verdict)
        .containsExactly(
            tuple(
                "successes on SFT and on backtracking: pair 100.0% to 50.0%, gcg 75.0% to 75.0%",
                "on 1 of 2 attacks"),
            tuple(
                "GCG on SFT 3 of 4 (75.0%), on backtracking 3 of 4 (75.0%), adaptive GCG 1 of 2"
                    + " (50.0%)",
                "too few behaviours to tell"));
  }

  @Test
  void biasWithoutFalseResets_doesNotShowThem() throws IOException {
    Path sweep = run("evaluate", "bias", "backtracking", 1);
    bias(sweep, -5, 0.2, 0);
    bias(sweep, 0, 0.1, 0);
    bias(sweep, 5, 0.1, 0.3);

    assertThat(shapes())
        .extracting(Shape::verdict)
        .containsExactly("no: there are none", "yes", "see the times");
    assertThat(shapes().get(1).here())
        .isEqualTo(
            "violations 20.0% at -5, 10.0% at 0; ordinary requests reset 0.0% at 0, 30.0% at +5");
  }
}
