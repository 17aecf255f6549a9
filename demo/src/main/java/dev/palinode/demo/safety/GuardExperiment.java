package dev.palinode.demo.safety;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.palinode.data.file.JsonLinesWriter;
import dev.palinode.demo.ExperimentFile.Model;
import dev.palinode.demo.ExperimentPlan;
import dev.palinode.demo.ExperimentProgress;
import dev.palinode.demo.SeedFolder;
import dev.palinode.demo.SeedRunner;
import dev.palinode.demo.SeedRunner.Task;
import dev.palinode.demo.WorldTokenizer;
import dev.palinode.demo.safety.GuardAnswers.Exchange;
import dev.palinode.guard.Judge;
import dev.palinode.judge.LlamaGuardVersion;
import dev.palinode.model.LoadedModel;
import dev.palinode.model.config.ModelConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Trains a small guard model for each seed, in the form of a Llama Guard, and compares it with the
 * world's exact judge: on answers drawn from the grammar, and on what the models of an earlier
 * {@link SafetyExperiment} wrote; all on requests that are held out of the guard's training.
 */
public final class GuardExperiment {
  private static final Model GUARD =
      new Model("guard", SeedFolder.UNTRAINED, "guard", "guard", null, null, 1);

  private final GuardSettings settings;
  private final ExperimentPlan plan;
  private final @Nullable Path models;

  /**
   * @param models folder of a finished safety experiment with the same seeds; null for none
   */
  public GuardExperiment(GuardSettings settings, ExperimentPlan plan, @Nullable Path models) {
    this.settings = settings;
    this.plan = plan;
    this.models = models;
  }

  /**
   * Runs everything; a guard that an earlier run finished is not trained again.
   *
   * @param workers guards trained in parallel, at least 1
   * @throws IOException if a file cannot be read or written
   * @throws IllegalArgumentException if models of a seed are missing
   */
  public GuardReport run(int workers, ExperimentProgress progress) throws IOException {
    Map<Long, Optional<TrainedModels>> trained = new HashMap<>();
    for (long seed : plan.seeds()) {
      trained.put(
          seed,
          Optional.ofNullable(models).map(all -> new TrainedModels(all.resolve("seed-" + seed))));
    }
    Map<Long, GuardResult> results = new ConcurrentHashMap<>();
    new SeedRunner(workers, progress)
        .run(
            tasks(
                (seed, guard) ->
                    results.put(
                        seed, measured(seed, guard, Objects.requireNonNull(trained.get(seed))))));
    return new GuardReport(plan.seeds().stream().map(results::get).toList());
  }

  /**
   * The training of the guards alone, which needs no other models.
   *
   * @throws IOException if a file cannot be written
   */
  public List<Task> training() throws IOException {
    return tasks((seed, guard) -> {});
  }

  /** What is done with the guard of a seed once it is trained. */
  private interface Then {
    void accept(long seed, Path guard) throws IOException;
  }

  private List<Task> tasks(Then then) throws IOException {
    plan.write(
        new ObjectMapper().valueToTree(settings), GuardExperiment.class, List.of("base", "guard"));
    List<Task> tasks = new ArrayList<>();
    for (long seed : plan.seeds()) {
      tasks.add(task(seed, then));
    }
    return tasks;
  }

  private Task task(long seed, Then then) throws IOException {
    SeedFolder folder = new SeedFolder(plan, seed);
    WorldTokenizer tokenizer = GuardLanguage.tokenizer();
    folder.writeUntrained(tokenizer, ModelConfig.llama(tokenizer.size(), 64, 176, 2, 4, 4, 256));
    folder.write(GUARD.id(), new GuardData(seed).training(settings.rows()));
    Path guard = folder.model(GUARD.id());
    return new Task(
        seed,
        guard,
        folder.model(GUARD.from()),
        settings.rows(),
        progress -> {
          folder.train(GUARD, progress);
          then.accept(seed, guard);
        });
  }

  private GuardResult measured(long seed, Path folder, Optional<TrainedModels> trained)
      throws IOException {
    try (LoadedModel model = LoadedModel.open(folder)) {
      Judge guard = model.llamaGuard(LlamaGuardVersion.LLAMA_GUARD_3);
      Map<String, List<GuardReading>> readings = new LinkedHashMap<>();
      for (Map.Entry<String, List<Exchange>> set : sets(seed, trained).entrySet()) {
        List<GuardReading> read =
            set.getValue().stream().map(exchange -> GuardReading.of(guard, exchange)).toList();
        keep(seed, set.getKey(), read);
        readings.put(set.getKey(), read);
      }
      SafetySplit split = new SafetySplit(seed);
      int size = settings.requests();
      return new GuardResult(
          seed,
          readings,
          trained.isEmpty()
              ? Map.of()
              : trained
                  .get()
                  .answers(
                      List.of(split.hazards(plan.part(), size), split.ordinary(plan.part(), size)),
                      guard));
    }
  }

  private Map<String, List<Exchange>> sets(long seed, Optional<TrainedModels> trained)
      throws IOException {
    Map<String, List<Exchange>> sets = new LinkedHashMap<>();
    new GuardData(seed)
        .heldOut(plan.part(), settings.requests())
        .forEach((kind, answers) -> sets.put("drawn-" + kind, answers));
    if (trained.isPresent()) {
      trained
          .get()
          .hazardAnswers()
          .forEach((kind, answers) -> sets.put("generated-" + kind, answers));
    }
    return sets;
  }

  private void keep(long seed, String set, List<GuardReading> readings) throws IOException {
    Path file = plan.folder(seed).resolve("verdicts").resolve(set + ".jsonl");
    try (JsonLinesWriter out = new JsonLinesWriter(file)) {
      for (GuardReading reading : readings) {
        out.write(reading.toJson());
      }
      out.commit();
    }
  }
}
