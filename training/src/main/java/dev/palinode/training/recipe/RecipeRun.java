package dev.palinode.training.recipe;

import dev.palinode.storage.AtomicFile;
import dev.palinode.storage.AtomicFolder;
import dev.palinode.storage.FolderLock;
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
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What all recipes do alike around their method: records, checkpoints, training, the result. Has
 * the output folder for itself from {@link #begin} until it is closed.
 */
final class RecipeRun implements AutoCloseable {
  private final RunSetup setup;
  private final CommonSettings settings;
  private final Processes processes;
  private final Consumer<String> say;
  private final TrainingListener listener;
  private final SortedMap<String, String> identity; // read once: weights may be many gigabytes
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
      RunSetup setup,
      Processes processes,
      Consumer<String> say,
      TrainingListener listener,
      StopRequest stop)
      throws IOException {
    this.setup = setup;
    this.settings = setup.common();
    this.processes = processes;
    this.say = processes.isFirst() ? say : line -> {};
    this.listener = processes.isFirst() ? listener : metrics -> {};
    this.stop = stop;
    setup.requireInputs();
    this.identity = setup.identity();
    this.checkpoints = setup.checkpoints(identity);
    if (processes.isFirst()) {
      checkpoints.requireOfThisRun();
    }
  }

  /** Of the model that the run begins with. */
  String modelFingerprint() {
    return identity.entrySet().stream()
        .filter(each -> each.getKey().startsWith("model/"))
        .map(Map.Entry::toString)
        .collect(Collectors.joining(", "));
  }

  /** Tells people of a stage; the first process does. */
  void say(String line) {
    say.accept(line);
  }

  /**
   * Tells people of the data, and takes the output folder; the first process does. A folder that is
   * new is deleted again if writing to it fails.
   *
   * @throws IOException if it cannot be written, the processes have different inputs, or another
   *     run uses the folder
   */
  void begin(RecipeModel model, RecipeData data) throws IOException {
    processes.requireSame("recipe, model and data", identity.toString());
    say(data.words());
    if (processes.isFirst()) {
      boolean isNew = Files.notExists(output());
      try {
        lock = FolderLock.take(output(), "training");
        model.saveTokenizer();
      } catch (IOException | UncheckedIOException e) {
        if (isNew) {
          close();
          AtomicFolder.delete(output());
        }
        throw e;
      }
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
        String.format(
            Locale.ROOT,
            "training %,d of %,d weights on %,d examples, %,d held out: %,d steps%s",
            weights.count(),
            weights.model().parameterCount(),
            examples.examples().training().size(),
            validation.size(),
            steps,
            processes.size() > 1 ? ", " + processes.size() + " processes" : ""));
    processes.requireSame(
        "plan",
        String.format(
            Locale.ROOT,
            "%d steps on %d examples, shard_optimizer %s",
            steps,
            examples.size(),
            settings.run().shardOptimizer()));
    RunRecord record = new RunRecord(examples, identity, steps, processes.size());
    if (processes.isFirst()) {
      AtomicFile.replace(output().resolve("recipe.yaml"), setup.file().resolved());
      record.write(output());
    }
    TrainingRun<E> training =
        new TrainingRun<>(weights, objective, batches, listener.and(telling()).and(record))
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
      record.write(output());
      CurvesPage.write(metrics(), output().resolve("curves.html"));
      say("written: " + output());
    }
    processes.barrier();
  }

  private Path output() {
    return settings.model().output();
  }

  private Path metrics() {
    return output().resolve("metrics.jsonl");
  }

  /** Tells people of what is seldom. */
  private TrainingListener telling() {
    return new TrainingListener() {
      @Override
      public void onStep(StepMetrics metrics) {}

      @Override
      public void onResume(Progress progress) {
        say("continues from the checkpoint after step " + progress.steps());
      }

      @Override
      public void onValidation(Progress progress, double loss) {
        say(
            String.format(
                Locale.ROOT,
                "step %d: validation loss %.4f%s",
                progress.steps(),
                loss,
                progress.bestSteps() == progress.steps() ? ", the lowest so far" : ""));
      }

      @Override
      public void onEnd(Progress progress, int totalSteps) {
        if (progress.steps() < totalSteps) {
          say(
              String.format(
                  Locale.ROOT,
                  "stopped early after step %d of %d: %d validations in a row without a lower loss",
                  progress.steps(),
                  totalSteps,
                  progress.sinceBest()));
        }
        if (progress.bestSteps() > 0) {
          say(
              String.format(
                  Locale.ROOT,
                  "kept: the weights after step %d, of the lowest validation loss, %.4f",
                  progress.bestSteps(),
                  progress.bestLoss()));
        }
      }
    };
  }

  @Override
  public void close() throws IOException {
    if (lock != null) {
      lock.close();
    }
  }
}
