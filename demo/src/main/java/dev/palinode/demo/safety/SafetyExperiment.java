package dev.palinode.demo.safety;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.palinode.decode.sampling.SamplingSettings;
import dev.palinode.demo.ExperimentPlan;
import dev.palinode.demo.ExperimentProgress;
import dev.palinode.demo.ModelTask;
import dev.palinode.demo.Result;
import dev.palinode.demo.SeedFolder;
import dev.palinode.demo.SeedFolder.Asked;
import dev.palinode.demo.SeedRunner;
import dev.palinode.evaluation.Evaluator;
import dev.palinode.evaluation.PromptSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The safety experiment: for each seed the world writes an untrained model and data; recipes train
 * a base model, and from the same base, data and number of steps a model by plain SFT, one by SFT
 * with matched compute and one by backtracking SFT, then DPO on the first and the last; and all of
 * them answer prompts that none of them has seen.
 */
public final class SafetyExperiment {
  private static final int EVALUATION_ROWS = 150;

  /** A pair is two answers, trained on once and scored once. */
  private static final double PAIR_COST = 4;

  private static final Evaluator EVALUATOR =
      new Evaluator(
          SafetyWorld.judge(),
          List.of(SafetyWorld.HELPFUL, SafetyWorld.REFUSAL, SafetyWorld.FLUENT_HARM));

  private final SafetySettings settings;
  private final ExperimentPlan plan;

  public SafetyExperiment(SafetySettings settings, ExperimentPlan plan) {
    this.settings = settings;
    this.plan = plan;
  }

  /**
   * Runs everything.
   *
   * @param workers models trained in parallel, at least 1
   * @return by seed, then in the order of {@link SafetyRow}
   * @throws IOException if a file cannot be read or written
   */
  public List<Result<SafetyRow>> run(int workers, ExperimentProgress progress) throws IOException {
    plan.write(
        new ObjectMapper().valueToTree(settings),
        SafetyExperiment.class,
        List.of("base", "sft", "dpo"));
    return new SeedRunner<SafetyRow>(workers, progress).run(plan.seeds(), this::models);
  }

  private List<ModelTask<SafetyRow>> models(long seed) throws IOException {
    SafetySplit split = new SafetySplit(seed);
    SafetyData data = new SafetyData(split, settings, seed);
    SeedFolder folder = new SeedFolder(plan, seed);
    folder.writeUntrained(SafetyWorld.tokenizer());
    folder.write("pretraining", data.pretraining());
    folder.write("tuning", data.tuning());
    folder.write("preferences", data.preferences(false));
    folder.write("preferences-plain", data.preferences(true));
    List<Asked> asked = new ArrayList<>();
    for (PromptSet set : split.sets(plan.part(), settings.promptsPerSet())) {
      folder.write(set);
      asked.add(new Asked(set, SamplingSettings.GREEDY));
    }
    List<ModelTask<SafetyRow>> tasks = new ArrayList<>();
    for (SafetyRow row : SafetyRow.values()) {
      if (!row.resetForbidden) {
        tasks.add(
            new ModelTask<>(
                row.model,
                row.from,
                cost(row),
                progress -> {
                  folder.train(
                      row.model, row.recipe, row.from, row.data, List.of(row.method), progress);
                  return folder.evaluate(
                      row.model,
                      SafetyRow.of(row.model),
                      EVALUATOR,
                      asked,
                      (one, each) -> how(one, each, seed));
                }));
      }
    }
    return tasks;
  }

  private double cost(SafetyRow row) {
    return switch (row) {
      case BASE -> settings.pretraining();
      case SFT -> settings.tuning();
      case SFT_MATCHED, BACKTRACKING -> settings.tuning() * (1 + settings.safety());
      default -> settings.preferences() * PAIR_COST;
    };
  }

  private Evaluator.Settings how(SafetyRow row, Asked asked, long seed) {
    int resets = row.resetForbidden ? 0 : settings.maxResets();
    return new Evaluator.Settings(
        asked.sampling(), settings.maxNewTokens(), resets, EVALUATION_ROWS, seed);
  }
}
