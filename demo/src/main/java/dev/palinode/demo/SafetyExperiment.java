package dev.palinode.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/**
 * The safety experiment: for each seed a base model from scratch, and from the same base, data and
 * number of steps a model by plain SFT, one by SFT with matched compute and one by backtracking
 * SFT; DPO on the first and the last; then all of them on prompts that none of them has seen.
 */
public final class SafetyExperiment {
  private final SafetySettings settings;
  private final ExperimentPlan plan;

  /**
   * @param seeds at least one, all different
   * @param development evaluate on the split that settings are chosen on, not on the test split
   * @param output folder for everything that is needed to trace the table; files are replaced
   */
  public SafetyExperiment(
      SafetySettings settings, List<Long> seeds, boolean development, Path output) {
    this.settings = settings;
    this.plan = ExperimentPlan.of(seeds, development, output);
  }

  /**
   * Runs everything.
   *
   * @param workers models trained beside each other, at least 1
   * @return by seed, then in the order of {@link SafetyRow}
   * @throws IOException if a file cannot be written
   */
  public List<SafetyResult> run(int workers, ExperimentProgress progress) throws IOException {
    plan.write(new ObjectMapper().valueToTree(settings));
    return new SeedRunner(workers, SafetySeed.cost(settings), progress)
            .run(
                plan.seeds(),
                (seed, done) ->
                    new SafetySeed(settings, seed, plan.part(), plan.folder(seed), done))
            .stream()
            .sorted(
                Comparator.comparingInt(
                        (SafetyResult result) -> plan.seeds().indexOf(result.seed()))
                    .thenComparing(SafetyResult::row))
            .toList();
  }
}
