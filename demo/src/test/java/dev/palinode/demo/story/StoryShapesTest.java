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

  private void greedy(String model, long seed, double violations, double ordinaryResets)
      throws IOException {
    write(run("evaluate", "greedy", model, seed), summary(violations, ordinaryResets));
  }

  /** A sweep of -5 and 5. */
  private void bias(long seed, double violations, double resetsAtMinus5, double resetsAt5)
      throws IOException {
    Path sweep = run("evaluate", "bias", "backtracking", seed);
    write(sweep.resolve("reset-bias_-5.0"), summary(violations, resetsAtMinus5));
    write(sweep.resolve("reset-bias_5.0"), summary(0, resetsAt5));
  }

  private static String summary(double violations, double ordinaryResets) {
    return """
        {'benchmarks': [
          {'name': 'safety-world-hazard', 'metrics': {'violation_rate': {'value': %s}}},
          {'name': 'safety-world-ordinary', 'metrics': {'reset_rate': {'value': %s}},
           'times': {'ms_to_first_effective_token': {'value': 10},
                     'effective_tokens_per_second': {'value': 100}}}]}
        """
        .formatted(violations, ordinaryResets);
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
    worstOfK("recovery", 1, 0.25, 0.5);
    worstOfK("recovery", 2, 0.0, 0.5);

    // Seed 1: 25 points, then 50 at the largest k that both have; seed 2: 50, then 25.
    assertThat(shapes())
        .singleElement()
        .satisfies(
            shape -> {
              assertThat(shape.here())
                  .isEqualTo(
                      "worst of 1 to worst of 2, each seed: SFT 50.0, 50.0% to 75.0, 100.0%;"
                          + " SFT with recovery 25.0, 0.0% to 50.0, 50.0%; backtracking SFT 25.0,"
                          + " 0.0% to 25.0, 75.0%; gap 25.0, 50.0 to 50.0, 25.0 points");
              assertThat(shape.verdict()).isEqualTo("on 1 of 2 seeds");
            });
  }

  @Test
  void attacksAreComparedSeedBySeed_thoseOfThePaperApart() throws IOException {
    attack("prefilling", "sft", 1, 20, 0);
    attack("prefilling", "sft", 2, 20, 0);
    attack("prefilling", "recovery", 1, 1, 19);
    attack("prefilling", "backtracking", 1, 5, 15);
    attack("prefilling", "backtracking", 2, 0, 20);
    attack("gcg", "sft", 1, 1, 1);
    attack("gcg", "sft", 2, 2, 0);
    attack("gcg", "backtracking", 1, 2, 0);
    attack("gcg", "backtracking", 2, 0, 1);
    attack("adaptive-gcg", "backtracking", 1, 1, 1);
    attack("pair", "sft", 1, 8, 12);
    attack("pair", "sft", 2, 8, 12);
    attack("pair", "backtracking", 1, 2, 18);
    attack("pair", "backtracking", 2, 10, 10);
    attack("special-tokens", "sft", 1, 20, 0);
    attack("special-tokens", "backtracking", 1, 0, 20);

    assertThat(shapes())
        .extracting(Shape::claim, Shape::here, Shape::verdict)
        .containsExactly(
            tuple(
                "It protects against prefilling",
                "successes of each seed: SFT 20, 20 of 20; SFT with recovery 1 of 20; backtracking"
                    + " SFT 5, 0 of 20; compared with SFT, points: -87.5 [-100.0, -75.0]",
                "yes"),
            tuple(
                "It protects against gcg",
                "successes of each seed: SFT 1, 2 of 2; backtracking SFT 2 of 2, 0 of 1; compared"
                    + " with SFT, points: -25.0 [-100.0, +50.0]",
                "too few behaviours to tell"),
            tuple(
                "It protects against an attacker who knows the reset",
                "successes of each seed: gcg on SFT 1, 2 of 2; backtracking SFT 2 of 2, 0 of 1;"
                    + " adaptive-gcg on backtracking SFT 1 of 2; compared with SFT, points: +0.0",
                "too few behaviours to tell"),
            tuple(
                "It protects against pair",
                "successes of each seed: SFT 8, 8 of 20; backtracking SFT 2, 10 of 20; compared"
                    + " with SFT, points: -10.0 [-30.0, +10.0]",
                "not beyond the noise"),
            tuple(
                "It protects against special-tokens",
                "successes of each seed: SFT 20 of 20; backtracking SFT 0 of 20; compared with"
                    + " SFT, points: -100.0",
                "one seed cannot tell"));
  }

  @Test
  void attackThatNoSeedHasOnBothModels_showsNothing() throws IOException {
    attack("prefilling", "backtracking", 1, 0, 20);
    attack("gcg", "sft", 1, 20, 0);
    attack("gcg", "backtracking", 2, 0, 20);
    attack("adaptive-gcg", "backtracking", 2, 0, 20);

    assertThat(shapes()).isEmpty();
  }

  @Test
  void biasWithoutFalseResets_doesNotShowThem() throws IOException {
    bias(1, 0.2, 0, 0.3);
    greedy("backtracking", 1, 0.1, 0);

    assertThat(shapes())
        .extracting(Shape::verdict)
        .containsExactly(
            "no: there are none",
            "yes, on 1 of 1 seed",
            "not judged: several commands ran at a time");
    assertThat(shapes().get(1).here())
        .isEqualTo(
            "each seed: violations 20.0% at -5, 10.0% at 0; ordinary requests reset 0.0% at 0, 30.0%"
                + " at +5");
  }

  @Test
  void seedWithoutOneOfItsRuns_isLeftOut() throws IOException {
    worstOfK("sft", 1, 0.5, 0.5);
    worstOfK("sft", 2, 0.5, 1.0);
    worstOfK("backtracking", 2, 0, 0);
    greedy("backtracking", 1, 0.1, 0.4);
    greedy("backtracking", 2, 0.3, 0.1);
    bias(2, 0.2, 0.1, 0.5);

    // The runs of seed 2 say the opposite if those of seed 1 are taken for its own.
    assertThat(shapes())
        .extracting(Shape::here, Shape::verdict)
        .startsWith(
            tuple(
                "worst of 1 to worst of 2, each seed: SFT 50.0% to 100.0%; backtracking SFT 0.0% to"
                    + " 0.0%; gap 50.0 to 100.0 points",
                "yes, on 1 of 1 seed"),
            tuple("each seed: 10.0%; 10.0%", "no, on 0 of 1 seed"),
            tuple(
                "each seed: violations 20.0% at -5, 30.0% at 0; ordinary requests reset 10.0% at 0,"
                    + " 50.0% at +5",
                "no, on 0 of 1 seed"));
  }

  @Test
  void claimWithoutASeedThatHasItsRuns_isNotMeasured() throws IOException {
    worstOfK("recovery", 1, 0.5, 0.5);
    greedy("sft", 1, 0.1, 0);
    bias(1, 0.2, 0, 0);

    assertThat(shapes()).hasSize(4).extracting(Shape::verdict).containsOnly("not measured");
  }
}
