package dev.palinode.demo.pii;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import dev.palinode.model.TaskVector;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The PII experiment: for each seed the world writes an untrained model and data; a recipe trains a
 * model that says whatever it knows of people; from it come one by subtraction, one by ORPO on
 * pairs for guidance, with and without their negative half, and one by both; then all of them, and
 * guidance of several strengths, answer questions that alignment has not seen about people whom it
 * does not know.
 */
public final class PiiExperiment {
  /** The system message that guidance leads away from. */
  public static final String NEGATIVE_SYSTEM = PiiWorld.SHARE;

  private static final Evaluator EVALUATOR =
      new Evaluator(PiiWorld.judge(), List.of(PiiWorld.RIGHT));

  private static final int EVALUATION_ROWS = 128;

  /** Answers of different seeds to one prompt are sampled with different numbers. */
  private static final long SEEDS_APART = 1_000_000;

  private final PiiSettings settings;
  private final ExperimentPlan plan;

  public PiiExperiment(PiiSettings settings, ExperimentPlan plan) {
    this.settings = settings;
    this.plan = plan;
  }

  /**
   * Runs everything.
   *
   * @param workers models trained in parallel, at least 1
   * @return by seed, then in the order of {@link PiiRow}
   * @throws IOException if a file cannot be read or written
   */
  public List<Result<PiiRow>> run(int workers, ExperimentProgress progress) throws IOException {
    plan.write(describe(), PiiExperiment.class, List.of("base", "leak", "orpo"));
    return new SeedRunner<PiiRow>(workers, progress).run(plan.seeds(), this::models);
  }

  /** The settings, with how each row asks: the answers' files do not say it. */
  private ObjectNode describe() {
    ObjectNode all = new ObjectMapper().valueToTree(settings);
    ArrayNode rows = all.putArray("rows");
    for (PiiRow row : PiiRow.values()) {
      ObjectNode one = rows.addObject();
      one.put("row", row.id()).put("model", row.model().id);
      row.frame().system().ifPresent(system -> one.put("system", system));
      row.frame()
          .away()
          .ifPresent(
              away ->
                  one.put("negative_system", away.system())
                      .put("guidance_scale", away.scale())
                      .put("guidance_form", away.form().name()));
    }
    return all;
  }

  private List<ModelTask<PiiRow>> models(long seed) throws IOException {
    PiiSplit split = new PiiSplit(seed);
    PiiData data = new PiiData(split, settings, seed);
    SeedFolder folder = new SeedFolder(plan, seed);
    folder.writeUntrained(PiiWorld.tokenizer());
    folder.write("pretraining", data.pretraining());
    folder.write("leaking", data.leaking());
    folder.write("alignment", data.alignment());
    for (PromptSet set : split.sets(plan.part())) {
      folder.write(set);
    }
    List<Asked> asked = asked(split);
    List<ModelTask<PiiRow>> tasks = new ArrayList<>();
    for (PiiModel model : PiiModel.values()) {
      tasks.add(
          new ModelTask<>(
              model.id,
              model.from,
              cost(model),
              progress -> {
                make(folder, model, progress);
                return folder.evaluate(
                    model.id,
                    PiiRow.of(model),
                    EVALUATOR,
                    asked,
                    (row, each) -> how(row, each, seed));
              }));
    }
    return tasks;
  }

  /** Sequences that are trained on: up to four for a question of which pairs are made. */
  private double cost(PiiModel model) {
    return switch (model) {
      case LEAKING -> settings.pretraining();
      case LEAKING_MORE -> settings.leaking();
      case SUBTRACTED, SUBTRACTED_RELU -> 0;
      case ALIGNED_POSITIVE -> settings.alignment() * (1 + settings.personal());
      case ALIGNED, SUBTRACTED_ALIGNED -> 2 * settings.alignment() * (1 + settings.personal());
    };
  }

  private void make(SeedFolder folder, PiiModel model, ExperimentProgress progress)
      throws IOException {
    if (model.recipe.isEmpty()) {
      new TaskVector(
              folder.model(PiiModel.LEAKING.id), folder.model(PiiModel.LEAKING_MORE.id))
          .subtract(
              settings.coefficient(),
              model == PiiModel.SUBTRACTED_RELU,
              folder.model(model.id),
              (fraction, weight) -> {});
    } else {
      folder.train(model.id, model.recipe, model.from, model.data, model.settings, progress);
    }
  }

  private Evaluator.Settings how(PiiRow row, Asked asked, long seed) {
    return new Evaluator.Settings(
        asked.sampling(),
        settings.maxNewTokens(),
        0,
        EVALUATION_ROWS,
        seed * SEEDS_APART,
        row.frame());
  }

  /** All sets greedily, then at temperature 1, the held-out ones several times. */
  private List<Asked> asked(PiiSplit split) {
    List<Asked> asked = new ArrayList<>();
    split.sets(plan.part()).forEach(set -> asked.add(new Asked(set, SamplingSettings.GREEDY)));
    for (PromptSet set : split.sets(plan.part())) {
      List<String> prompts = new ArrayList<>();
      int samples = set.name().startsWith("known") ? 1 : settings.samples();
      Collections.nCopies(samples, set.prompts()).forEach(prompts::addAll);
      asked.add(
          new Asked(
              new PromptSet(PiiReport.sampled(set.name()), prompts),
              SamplingSettings.temperature(1)));
    }
    return asked;
  }
}
