package dev.palinode.demo.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.demo.ExperimentPlan;
import dev.palinode.demo.Part;
import dev.palinode.demo.story.Story.Step;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StoryTest {
  private static final ExperimentPlan PLAN =
      new ExperimentPlan(List.of(4L, 5L), Part.TEST, Path.of("out"));

  private static Step step(List<String> command, Map<String, String> standard) {
    return new Step("gcg", List.of("sft", "backtracking"), command, null, standard, null);
  }

  @Test
  void stepIsOneCommand_forEachSeedAndModel() {
    Step step =
        step(
            List.of("attack", "gcg", "--steps", "{steps}", "--model", "{model}", "--x={data}/p"),
            Map.of("steps", "30", "seconds", "2.5"));

    List<StoryCommand> commands = new Story(List.of(step)).commands(StoryLength.STANDARD, PLAN);

    assertThat(commands).extracting(StoryCommand::seed).containsExactly(4L, 4L, 5L, 5L);
    assertThat(commands.get(3))
        .isEqualTo(
            new StoryCommand(
                "gcg",
                "backtracking",
                5,
                2.5,
                Path.of("out/seed-5/standard/gcg-backtracking"),
                List.of(
                    "attack",
                    "gcg",
                    "--steps",
                    "30",
                    "--model",
                    "out/seed-5/backtracking",
                    "--x=out/seed-5/data/p",
                    "--output",
                    "out/seed-5/standard/gcg-backtracking")));
  }

  @Test
  void stepWithoutValuesForALength_isLeftOut() {
    Story story = new Story(List.of(step(List.of("attack"), Map.of("seconds", "1"))));

    assertThat(story.commands(StoryLength.QUICK, PLAN)).isEmpty();
    assertThat(story.commands(StoryLength.FULL, PLAN)).isEmpty();
  }

  @Test
  void placeholderWithoutValue_isAnError() {
    Story story =
        new Story(List.of(step(List.of("attack", "{generations}"), Map.of("seconds", "1"))));

    assertThatThrownBy(() -> story.commands(StoryLength.STANDARD, PLAN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("generations");
  }
}
