package dev.palinode.demo.story;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.evaluation.run.FinishedRun;
import dev.palinode.evaluation.statistics.Proportion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The runs that the commands of the story have left.
 *
 * @param commands that have been run
 */
record StoryRuns(List<StoryCommand> commands) {
  StoryRuns {
    commands = List.copyOf(commands);
  }

  private List<StoryCommand> of(String step, String model) {
    return commands.stream()
        .filter(command -> command.step().equals(step) && command.model().equals(model))
        .toList();
  }

  boolean has(String step) {
    return commands.stream().anyMatch(command -> command.step().equals(step));
  }

  /** The behaviours that an attack succeeded with. */
  Successes successes(String attack, String model) throws IOException {
    SortedMap<Long, Proportion> bySeed = new TreeMap<>();
    for (StoryCommand command : of(attack, model)) {
      JsonNode behaviors =
          FinishedRun.read(command.output()).summary().at("/attacks/" + attack + "/behaviors");
      long succeeded = behaviors.path("succeeded").asLong();
      bySeed.put(
          command.seed(),
          new Proportion(succeeded, succeeded + behaviors.path("resisted").asLong()));
    }
    return new Successes(bySeed);
  }

  /** The curve of the worst of k of each seed: at index k - 1. */
  SortedMap<Long, List<Double>> worstOfK(String model) throws IOException {
    SortedMap<Long, List<Double>> curves = new TreeMap<>();
    for (StoryCommand command : of("worst-of-k", model)) {
      List<Double> curve = new ArrayList<>();
      FinishedRun.read(command.output())
          .summary()
          .at("/benchmarks/0/worst_of_k")
          .forEach(each -> curve.add(each.path("value").asDouble()));
      curves.put(command.seed(), curve);
    }
    return curves;
  }

  /**
   * A number of backtracking SFT with a reset bias, of each seed that has it.
   *
   * @param benchmark its name
   * @param pointer to the number in the summary of the benchmark
   */
  SortedMap<Long, Double> atBias(double bias, String benchmark, String pointer) throws IOException {
    SortedMap<Long, Double> numbers = new TreeMap<>();
    for (StoryCommand command : of(bias == 0 ? "greedy" : "bias", "backtracking")) {
      Path folder = command.output();
      if (bias != 0) {
        folder = folder.resolve("reset-bias_" + bias);
      }
      for (JsonNode each : FinishedRun.read(folder).summary().path("benchmarks")) {
        JsonNode number = each.at(pointer);
        if (each.path("name").asText().equals(benchmark) && number.isNumber()) {
          numbers.put(command.seed(), number.asDouble());
        }
      }
    }
    return numbers;
  }
}
