package dev.palinode.demo;

import dev.palinode.data.file.JsonLinesWriter;
import dev.palinode.evaluation.EvaluationRun;
import dev.palinode.evaluation.FailedGeneration;
import dev.palinode.evaluation.JudgedGeneration;
import dev.palinode.model.Checkpoint;
import dev.palinode.model.ModelConfig;
import dev.palinode.model.Transformer;
import dev.palinode.training.BatchSource;
import dev.palinode.training.MetricsLog;
import dev.palinode.training.TrainedWeights;
import dev.palinode.training.TrainingRun;
import dev.palinode.training.objective.Objective;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Where a seed of an experiment leaves its models, its metrics and all that they said. */
final class SeedFolder {
  private final Path folder;
  private final WorldTokenizer vocabulary;
  private final ExperimentSeed.Progress progress;

  /**
   * @param vocabulary that the seed's base model starts with
   */
  SeedFolder(Path folder, WorldTokenizer vocabulary, ExperimentSeed.Progress progress) {
    this.folder = folder;
    this.vocabulary = vocabulary;
    this.progress = progress;
  }

  /** The shape of all models: 96 wide, 3 blocks, some 360,000 weights. */
  static ModelConfig modelConfig(int vocabSize) {
    return ModelConfig.llama(vocabSize, 96, 256, 3, 4, 4, 128);
  }

  /** The folder of a model. */
  Path model(String id) {
    return folder.resolve(id);
  }

  /** A model that knows nothing, with its tokenizer in its folder. */
  Transformer create(String id, long seed) throws IOException {
    vocabulary.write(model(id));
    return Transformer.initialise(modelConfig(vocabulary.size()), seed);
  }

  /**
   * Trains in place and writes the metrics of each step.
   *
   * @param title of the model, for people
   * @param costPerStep what progress is told
   */
  <E> void train(
      String id,
      String title,
      Transformer model,
      TrainingStage stage,
      Objective<E> objective,
      BatchSource<E> batches,
      double costPerStep)
      throws IOException {
    try (MetricsLog log = new MetricsLog(folder.resolve("metrics-" + id + ".jsonl"))) {
      stage
          .trainer()
          .train(
              new TrainingRun<>(
                  TrainedWeights.all(model),
                  objective,
                  batches,
                  log.and(
                      metrics ->
                          progress.done(
                              costPerStep,
                              String.format(
                                  Locale.ROOT, "%s, loss %.3f", title, metrics.loss())))));
    }
  }

  /** Writes a model's weights beside the tokenizer that its folder has. */
  void save(String id, Transformer model) throws IOException {
    Path target = model(id);
    Checkpoint.create(
            target,
            modelConfig(vocabulary.size()),
            vocabulary.id(WorldTokenizer.BOS),
            vocabulary.id(WorldTokenizer.EOS),
            vocabulary.id(WorldTokenizer.PAD))
        .save(model, target);
  }

  /** Writes everything that was said and what the judge said of it, and the prompts that failed. */
  void keep(String row, String set, EvaluationRun run) throws IOException {
    Path file = folder.resolve("generations").resolve(row + "-" + set + ".jsonl");
    Files.createDirectories(file.getParent());
    try (JsonLinesWriter out = JsonLinesWriter.create(file)) {
      for (JudgedGeneration generation : run.generations()) {
        out.write(generation.toJson());
      }
      for (FailedGeneration failure : run.failures()) {
        out.write(failure.toJson());
      }
      out.commit();
    }
  }
}
