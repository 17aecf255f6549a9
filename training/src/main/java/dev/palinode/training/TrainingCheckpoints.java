package dev.palinode.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.io.AtomicFolder;
import dev.palinode.io.FolderEntries;
import dev.palinode.io.JsonFiles;
import dev.palinode.tensor.autograd.AdamW;
import dev.palinode.training.distributed.DistributedContext;
import dev.palinode.training.distributed.GradientSync;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.apache.commons.lang3.Validate;

/**
 * The checkpoints of a run: the newest few, and the weights of the lowest validation loss. Each is
 * a folder that is complete or does not exist.
 *
 * <pre>
 * step-00000200/weights.safetensors     trained weights, F32
 *               optimizer.safetensors   first.NAME, second.NAME and steps.NAME of each weight
 *               state.json              steps done, best validation, identity of the run, an id
 * best-00000150/weights.safetensors
 * </pre>
 *
 * <p>Nothing else is needed to resume: learning rate, data and random numbers of a step are
 * functions of its number. Not thread-safe.
 */
public final class TrainingCheckpoints {
  private static final String STATE = "state.json";

  private final Path folder;
  private final int keep;
  private final int everySteps;
  private final Duration everyTime;
  private final SortedMap<String, String> run;
  private final LongSupplier nanoTime;
  private long lastSaved; // by nanoTime

  /**
   * @param folder created if needed
   * @param everySteps steps between checkpoints; one is also written at the end
   * @param everyTime a checkpoint is also written after a step if the last one is this old; above 0
   * @param keep number of newest checkpoints that are kept, at least 1
   * @param run identity of the run, by name, such as its settings and hashes of its files: a
   *     checkpoint of another run is refused
   */
  public TrainingCheckpoints(
      Path folder, int everySteps, Duration everyTime, int keep, SortedMap<String, String> run) {
    this(folder, everySteps, everyTime, keep, run, System::nanoTime);
  }

  TrainingCheckpoints(
      Path folder,
      int everySteps,
      Duration everyTime,
      int keep,
      SortedMap<String, String> run,
      LongSupplier nanoTime) {
    Validate.isTrue(
        everySteps >= 1 && keep >= 1 && everyTime.compareTo(Duration.ZERO) > 0,
        "a checkpoint every %s steps and every %s, %s kept: expected 1 or more, and a time above 0",
        everySteps,
        everyTime,
        keep);
    this.folder = folder;
    this.everySteps = everySteps;
    this.everyTime = everyTime;
    this.keep = keep;
    this.run = new TreeMap<>(run);
    this.nanoTime = nanoTime;
    this.lastSaved = nanoTime.getAsLong();
  }

  /** Whether a checkpoint is due, by steps or by the clock: processes may differ. */
  boolean isDue(int steps) {
    return steps % everySteps == 0 || nanoTime.getAsLong() - lastSaved >= everyTime.toNanos();
  }

  /** Checks, before anything is loaded or written, that the newest checkpoint is of this run. */
  public void requireOfThisRun() throws IOException {
    newestSteps();
  }

  /**
   * Restores weights and optimiser from the newest checkpoint that process 0 sees, which must be
   * the same on every process. Every process calls it.
   *
   * @return its progress; empty if there is none, and nothing is changed
   */
  Optional<Progress> restore(TrainableParameters weights, AdamW optimizer, GradientSync replicas)
      throws IOException {
    lastSaved = nanoTime.getAsLong();
    DistributedContext processes = replicas.processes();
    int seen = 0;
    if (processes.isFirst()) {
      AtomicFolder.recover(folder);
      seen = newestSteps();
    }
    int steps = (int) processes.fromFirst(seen)[0];
    if (steps == 0) {
      return Optional.empty();
    }
    Path checkpoint = folder.resolve(name("step", steps));
    processes.requireSame("checkpoint " + checkpoint, content(checkpoint));
    CheckpointTensors.readWeights(checkpoint, weights);
    CheckpointTensors.readOptimizer(checkpoint, weights, optimizer);
    return Optional.of(progress(checkpoint));
  }

  private static String content(Path checkpoint) {
    try {
      return JsonFiles.readObject(checkpoint.resolve(STATE)).toString();
    } catch (IllegalArgumentException | UncheckedIOException e) {
      return "none (" + e.getMessage() + ")";
    }
  }

  /** Restores the weights of the lowest validation loss on every process. */
  void restoreBest(Progress progress, TrainableParameters weights, GradientSync replicas)
      throws IOException {
    if (replicas.processes().isFirst()) {
      CheckpointTensors.readWeights(folder.resolve(name("best", progress.bestSteps())), weights);
    }
    replicas.broadcastParameters();
  }

  /**
   * Writes a checkpoint, then deletes those that are too old. Every process calls it; process 0
   * writes, and fetches optimiser state from the others.
   */
  void save(Progress progress, TrainableParameters weights, AdamW optimizer, GradientSync replicas)
      throws IOException {
    if (replicas.processes().isFirst()) {
      AtomicFolder.replace(
          folder.resolve(name("step", progress.steps())),
          temporary -> {
            CheckpointTensors.writeWeights(temporary, weights);
            CheckpointTensors.writeOptimizer(temporary, weights, optimizer, replicas);
            JsonFiles.replace(temporary.resolve(STATE), json(progress));
          });
      prune(progress);
    } else {
      CheckpointTensors.sendOptimizer(weights, optimizer, replicas);
    }
    replicas.processes().barrier();
    lastSaved = nanoTime.getAsLong();
  }

  /** Writes the weights of the lowest validation loss. Every process calls it; process 0 writes. */
  void saveBest(Progress progress, TrainableParameters weights, GradientSync replicas)
      throws IOException {
    if (replicas.processes().isFirst()) {
      AtomicFolder.replace(
          folder.resolve(name("best", progress.steps())),
          temporary -> CheckpointTensors.writeWeights(temporary, weights));
    }
    replicas.processes().barrier();
  }

  private ObjectNode json(Progress progress) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("steps", progress.steps());
    ObjectNode identity = json.putObject("run");
    run.forEach(identity::put);
    json.put("id", UUID.randomUUID().toString()); // of this checkpoint, on all processes
    if (progress.bestSteps() > 0) {
      json.put("best_steps", progress.bestSteps()).put("best_loss", progress.bestLoss());
      json.put("validations_since_best", progress.sinceBest());
    }
    return json;
  }

  private Progress progress(Path checkpoint) throws IOException {
    JsonNode json;
    try {
      json = JsonFiles.readObject(checkpoint.resolve(STATE));
    } catch (IllegalArgumentException | UncheckedIOException e) {
      throw new IOException(
          e.getMessage() + "; delete " + checkpoint + " to continue from the one before", e);
    }
    List<String> differences = differences(json.path("run"));
    if (!differences.isEmpty()) {
      throw new IOException(
          """
          %s is of another run:
            %s
          To continue that run, set this back. To begin another, name another output folder \
          (output=DIR) or delete %s"""
              .formatted(checkpoint, String.join("\n  ", differences), folder));
    }
    return new Progress(
        json.path("steps").asInt(),
        json.path("best_steps").asInt(),
        json.path("best_loss").asDouble(Double.POSITIVE_INFINITY),
        json.path("validations_since_best").asInt());
  }

  private List<String> differences(JsonNode other) {
    NavigableSet<String> names = new TreeSet<>(run.keySet());
    other.fieldNames().forEachRemaining(names::add);
    List<String> differences = new ArrayList<>();
    for (String name : names) {
      String was = other.path(name).asText("not there");
      String is = run.getOrDefault(name, "not there");
      if (!was.equals(is)) {
        differences.add(name + " was " + was + " and is " + is);
      }
    }
    return differences;
  }

  /** Steps of the newest checkpoint, 0 if there is none. */
  private int newestSteps() throws IOException {
    List<Path> steps = entries("step");
    return steps.isEmpty() ? 0 : progress(steps.get(steps.size() - 1)).steps();
  }

  /** Oldest first. */
  private List<Path> entries(String kind) throws IOException {
    return FolderEntries.of(folder).stream()
        .filter(path -> path.getFileName().toString().matches(kind + "-[0-9]{8}"))
        .toList();
  }

  /** Keeps only the newest few, and the best weights that they or the run refer to. */
  private void prune(Progress progress) throws IOException {
    List<Path> steps = entries("step");
    int old = Math.max(0, steps.size() - keep);
    for (Path step : steps.subList(0, old)) {
      AtomicFolder.delete(step);
    }
    for (Path best : entries("best")) {
      boolean current = best.endsWith(name("best", progress.bestSteps()));
      if (!current && steps.stream().skip(old).noneMatch(step -> isBestOf(best, step))) {
        AtomicFolder.delete(best);
      }
    }
  }

  private boolean isBestOf(Path best, Path step) {
    try {
      return best.endsWith(name("best", progress(step).bestSteps()));
    } catch (IOException e) {
      return true; // keep it when in doubt
    }
  }

  private static String name(String kind, int steps) {
    return String.format(Locale.ROOT, "%s-%08d", kind, steps);
  }
}
