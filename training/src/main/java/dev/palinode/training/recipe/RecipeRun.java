package dev.palinode.training.recipe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.storage.AtomicFile;
import dev.palinode.storage.FolderLock;
import dev.palinode.storage.JsonFiles;
import dev.palinode.training.MetricsLog;
import dev.palinode.training.Progress;
import dev.palinode.training.StepMetrics;
import dev.palinode.training.StopRequest;
import dev.palinode.training.TrainedWeights;
import dev.palinode.training.Trainer;
import dev.palinode.training.TrainingCheckpoints;
import dev.palinode.training.TrainingListener;
import dev.palinode.training.TrainingRun;
import dev.palinode.training.Validation;
import dev.palinode.training.objective.Objective;
import dev.palinode.training.parallel.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What all recipes do alike around their method: records, checkpoints, training, the result. Has
 * the output folder for itself until it is closed.
 */
final class RecipeRun implements AutoCloseable {
  /** Keys that a result does not depend on: a run may go on with others. */
  private static final Set<String> FREE =
      Set.of(
          "output",
          "device",
          "recompute",
          "checkpoint_every",
          "checkpoint_minutes",
          "keep_checkpoints",
          "shard_optimizer");

  private final RecipeFile file;
  private final CommonSettings settings;
  private final Processes processes;
  private final Consumer<String> say;
  private final TrainingListener listener;
  private final String modelFingerprint; // read once: weights may be many gigabytes
  private final String fingerprint; // of all that the result depends on
  private final TrainingCheckpoints checkpoints;
  private final StopRequest stop;
  private @Nullable FolderLock lock; // the first process's

  /**
   * Looks at what the run depends on and what it may go on from; writes nothing.
   *
   * @throws IOException if model or data cannot be read, or the output folder has checkpoints of
   *     another run
   */
  RecipeRun(
      RecipeFile file,
      CommonSettings settings,
      Processes processes,
      Consumer<String> say,
      TrainingListener listener,
      StopRequest stop)
      throws IOException {
    this.file = file;
    this.settings = settings;
    this.processes = processes;
    this.say = processes.isFirst() ? say : line -> {};
    this.listener = processes.isFirst() ? listener : metrics -> {};
    this.stop = stop;
    requireInputs();
    this.modelFingerprint = new Fingerprint().model(settings.model().model()).hex();
    this.fingerprint =
        new Fingerprint()
            .text(file.without(FREE))
            .text(modelFingerprint)
            .file(settings.data().data())
            .hex();
    this.checkpoints =
        new TrainingCheckpoints(
            settings.model().output().resolve("checkpoints"),
            settings.run().checkpointEvery(),
            settings.run().checkpointTime(),
            settings.run().keepCheckpoints(),
            fingerprint);
    if (processes.isFirst()) {
      checkpoints.requireOfThisRun();
    }
  }

  private void requireInputs() throws IOException {
    Path folder = settings.model().model();
    Path data = settings.data().data();
    if (!Files.isDirectory(folder) || !Files.isRegularFile(data)) {
      throw new IOException(
          "model is "
              + folder
              + (Files.isDirectory(folder) ? "" : ", which is no folder")
              + ", data is "
              + data
              + (Files.isRegularFile(data) ? "" : ", which is no file")
              + ": expected a Hugging Face folder and a data file");
    }
  }

  /** Of configuration and weights of the model that the run begins with. */
  String modelFingerprint() {
    return modelFingerprint;
  }

  /** Tells people of a stage; the first process does. */
  void say(String line) {
    say.accept(line);
  }

  /**
   * Opens the model's tokenizer and configuration; the tokenizer is already that of the result.
   *
   * @param added a token that it is to have
   * @throws IOException if something cannot be read or written, the processes have different
   *     inputs, or another run uses the output folder
   * @param resetToken by which the model takes back, if the recipe has to do with it
   */
  RecipeModel open(Optional<String> added, Optional<String> resetToken) throws IOException {
    processes.requireSame("recipe, model and data", fingerprint);
    writeTokenizer(added);
    return RecipeModel.open(
        settings.model(), settings.tuning(), resetToken, settings.model().output());
  }

  /** The first process writes, every process reads. */
  private void writeTokenizer(Optional<String> resetToken) throws IOException {
    if (processes.isFirst()) {
      lock = FolderLock.take(settings.model().output(), "training");
      RecipeModel.writeTokenizer(settings.model(), resetToken, settings.model().output());
    }
    processes.barrier();
  }

  /**
   * Trains, from the newest checkpoint if there is one, and writes the result.
   *
   * @param examples that the batches are made of
   */
  <E> void train(
      RecipeModel opened,
      TrainedWeights weights,
      Objective<E> objective,
      ShuffledEpochs<E> batches,
      List<E> validation,
      RecipeData examples)
      throws IOException {
    int steps = settings.optimization().epochs() * batches.stepsPerEpoch();
    say(
        "training %,d of %,d weights on %,d examples, %,d held out: %,d steps%s"
            .formatted(
                weights.count(),
                weights.model().parameterCount(),
                examples.examples().size(),
                validation.size(),
                steps,
                processes.size() > 1 ? ", " + processes.size() + " processes" : ""));
    processes.requireSame("plan", steps + " steps on " + examples.examples().size() + " examples");
    if (processes.isFirst()) {
      writeRecord(examples, steps);
    }
    TrainingRun<E> training =
        new TrainingRun<>(weights, objective, batches, listener.and(telling()))
            .with(checkpoints)
            .with(stop)
            .with(
                own ->
                    processes.replicas(
                        own.parameters().values(),
                        own::comesInParts,
                        settings.run().shardOptimizer()));
    if (!validation.isEmpty()) {
      training =
          training.with(
              new Validation<>(
                  validation, settings.run().validateEvery(), settings.run().patience()));
    }
    Trainer trainer = settings.optimization().trainer(steps, settings.model());
    if (processes.isFirst()) {
      try (MetricsLog log = new MetricsLog(metrics())) {
        trainer.train(training.and(log));
      }
    } else {
      trainer.train(training);
    }
    if (processes.isFirst()) {
      opened.save();
      CurvesPage.write(metrics(), settings.model().output().resolve("curves.html"));
      say("written: " + settings.model().output());
    }
    processes.barrier();
  }

  private Path metrics() {
    return settings.model().output().resolve("metrics.jsonl");
  }

  /** Tells people of what is seldom. */
  private TrainingListener telling() {
    return new TrainingListener() {
      @Override
      public void onStep(StepMetrics metrics) {}

      @Override
      public void onResume(Progress progress) {
        say("goes on from the checkpoint behind step " + progress.steps());
      }

      @Override
      public void onValidation(Progress progress, double loss) {
        say(
            "step %d: validation loss %.4f%s"
                .formatted(
                    progress.steps(),
                    loss,
                    progress.bestSteps() == progress.steps() ? ", the lowest so far" : ""));
      }
    };
  }

  /** What it takes to trace the run: the recipe as it was run, and what became of the data. */
  private void writeRecord(RecipeData examples, int steps) throws IOException {
    AtomicFile.replace(settings.model().output().resolve("recipe.yaml"), file.resolved());
    ObjectNode record = examples.toJson();
    record.put("fingerprint", fingerprint).put("steps", steps);
    record.put("processes", processes.size());
    record.put("java", System.getProperty("java.runtime.version"));
    JsonFiles.replace(settings.model().output().resolve("run.json"), record);
  }

  @Override
  public void close() throws IOException {
    if (lock != null) {
      lock.close();
    }
  }
}
