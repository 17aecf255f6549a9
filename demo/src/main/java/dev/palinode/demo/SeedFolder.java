package dev.palinode.demo;

import dev.palinode.data.file.JsonLinesWriter;
import dev.palinode.data.format.RecordJson;
import dev.palinode.data.record.DataRecord;
import dev.palinode.data.record.EvaluationPrompt;
import dev.palinode.data.record.EvaluationPrompt.Expected;
import dev.palinode.model.checkpoint.Checkpoint;
import dev.palinode.model.config.ModelConfig;
import dev.palinode.model.network.Transformer;
import dev.palinode.training.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * The folder of one seed: the files that its world writes, the models that recipes train on them,
 * and their answers.
 *
 * <pre>
 * untrained/        a Hugging Face model with random weights
 * data/NAME.jsonl   training data and evaluation prompts, one row a line
 * MODEL/            a Hugging Face model with the records of its training run
 * generations/ROW/  a run of the world's suite: answers with their verdicts
 * </pre>
 *
 * @param plan of the experiment
 */
public record SeedFolder(ExperimentPlan plan, long seed) {
  /** The model that all others start from. */
  public static final String UNTRAINED = "untrained";

  /** The folder of the answers of all rows. */
  public static final String GENERATIONS = "generations";

  /** The folder of a model. */
  public Path model(String id) {
    return plan.folder(seed).resolve(id);
  }

  /** The folder of data and prompts. */
  public Path data() {
    return plan.folder(seed).resolve("data");
  }

  private Path data(String name) {
    return data().resolve(name + ".jsonl");
  }

  Path benchmark(String name) {
    return plan.benchmark(name);
  }

  /** The folder of the answers of a row. */
  public Path generations(String row) {
    return plan.folder(seed).resolve(GENERATIONS).resolve(row);
  }

  /** Writes a model with random weights: hidden size 96, 3 blocks, about 360,000 weights. */
  public void writeUntrained(WorldTokenizer tokenizer) throws IOException {
    writeUntrained(tokenizer, ModelConfig.llama(tokenizer.size(), 96, 256, 3, 4, 4, 128));
  }

  /** Writes a model of this shape with random weights. */
  public void writeUntrained(WorldTokenizer tokenizer, ModelConfig config) throws IOException {
    Path folder = model(UNTRAINED);
    tokenizer.write(folder);
    try (Transformer model = Transformer.initialise(config, seed)) {
      Checkpoint.create(
              folder,
              config,
              tokenizer.id(WorldTokenizer.BOS),
              tokenizer.id(WorldTokenizer.EOS),
              tokenizer.id(WorldTokenizer.PAD))
          .save(model, folder);
    }
  }

  /** Writes data in the layout that recipes read. */
  public void write(String name, List<? extends DataRecord> records) throws IOException {
    try (JsonLinesWriter out = new JsonLinesWriter(data(name))) {
      for (DataRecord record : records) {
        out.write(RecordJson.write(record));
      }
      out.commit();
    }
  }

  /** Writes the prompts of an evaluation, with the targets of attacks. */
  Path write(PromptSet set, World world) throws IOException {
    List<EvaluationPrompt> prompts = new ArrayList<>();
    for (String prompt : set.prompts()) {
      String id = set.name() + "-" + prompts.size();
      String target = world.target(prompt);
      prompts.add(new EvaluationPrompt(id, List.of(prompt), "", Expected.UNSTATED, "", target));
    }
    String name = "prompts-" + set.name();
    write(name, prompts);
    return data(name);
  }

  /** Trains a model by its recipe; one that an earlier run finished is reused. */
  public void train(ExperimentFile.Model model, ExperimentProgress progress) throws IOException {
    String id = model.id();
    List<String> all = new ArrayList<>();
    if (model.settings() != null) {
      all.addAll(model.settings());
    }
    all.addAll(
        List.of(
            "model=" + model(model.from()),
            "output=" + model(id),
            "data=" + data(Objects.requireNonNull(model.data())),
            "seed=" + seed));
    Recipe.train(
        plan.recipe(model.requireRecipe()),
        all,
        step ->
            progress.advanced(
                (step.step() + 1.0) / step.totalSteps(),
                String.format(Locale.ROOT, "%s, loss %.3f", id, step.loss())));
    progress.advanced(1, id + " is trained");
  }
}
