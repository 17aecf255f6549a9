package dev.palinode.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.storage.AtomicFolder;
import dev.palinode.storage.JsonFiles;
import dev.palinode.tensor.AdamW;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.Gradients;
import dev.palinode.tensor.SafetensorsFile;
import dev.palinode.tensor.SafetensorsWriter;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.TensorSource;
import dev.palinode.training.parallel.Replicas;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The checkpoints of a run: in a folder of its own each, complete or not there, the newest few of
 * them, and the weights of the lowest validation loss.
 *
 * <pre>
 * step-00000200/weights.safetensors     what is trained, F32
 *               optimizer.safetensors   first.NAME, second.NAME and steps.NAME of each of them
 *               state.json              steps done, best validation, which run it is, an id
 * best-00000150/weights.safetensors
 * </pre>
 *
 * <p>Nothing else is needed to go on: learning rate, data and random numbers of a step are
 * functions of its number. Not thread-safe.
 */
public final class TrainingCheckpoints {
  private static final Pattern NAME = Pattern.compile("(step|best)-(\\d{8})");
  private static final String WEIGHTS = "weights.safetensors";
  private static final String OPTIMIZER = "optimizer.safetensors";
  private static final String STATE = "state.json";
  private static final String STEPS = "steps";

  /** What is kept of the optimiser, in the order in which it is written. */
  private static final SortedMap<String, Function<AdamW.Moments, Tensor>> PARTS =
      new TreeMap<>(
          Map.of(
              "first",
              AdamW.Moments::first,
              "second",
              AdamW.Moments::second,
              STEPS,
              AdamW.Moments::steps));

  private final Path folder;
  private final int keep;
  private final int everySteps;
  private final Duration everyTime;
  private final SortedMap<String, String> run;
  private final LongSupplier nanoTime;
  private long lastSaved; // by nanoTime

  /**
   * @param folder made if need be
   * @param everySteps how often a checkpoint is written; also at the end
   * @param everyTime a checkpoint is also written after the step at whose end the last one is this
   *     old, above 0
   * @param keep how many of the newest are kept, at least 1
   * @param run what tells the run from others, by name, such as its settings and the hashes of its
   *     files: a checkpoint of another run is refused
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
    if (everySteps < 1 || keep < 1 || everyTime.isNegative() || everyTime.isZero()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a checkpoint every %d steps and every %s, %d kept: expected 1 or more, and a time"
                  + " above 0",
              everySteps,
              everyTime,
              keep));
    }
    this.folder = folder;
    this.everySteps = everySteps;
    this.everyTime = everyTime;
    this.keep = keep;
    this.run = new TreeMap<>(run);
    this.nanoTime = nanoTime;
    this.lastSaved = nanoTime.getAsLong();
  }

  /** Whether it is time for a checkpoint: by the clock, and so not the same on every process. */
  boolean isDue(int steps) {
    return steps % everySteps == 0 || nanoTime.getAsLong() - lastSaved >= everyTime.toNanos();
  }

  /**
   * Checks, before anything is loaded or written, that the newest checkpoint is one of this run.
   *
   * @throws IOException if it is of another run, or cannot be read
   */
  public void requireOfThisRun() throws IOException {
    Optional<Path> newest = newest();
    if (newest.isPresent()) {
      state(newest.get());
    }
  }

  /**
   * Puts weights and optimiser into the state of the newest checkpoint that the first process sees.
   * Every process calls it.
   *
   * @return what it says; empty if there is none, and nothing is changed
   * @throws IOException if it cannot be read, is of another run or another model, or is not the
   *     same on every process
   */
  Optional<Progress> restore(TrainedWeights weights, AdamW optimizer, Replicas replicas)
      throws IOException {
    lastSaved = nanoTime.getAsLong();
    Optional<Path> newest = Optional.empty();
    if (replicas.isFirst()) {
      AtomicFolder.recover(folder);
      newest = newest();
    }
    int steps = (int) replicas.fromFirst(newest.isPresent() ? state(newest.get()).steps() : 0)[0];
    if (steps == 0) {
      return Optional.empty();
    }
    Path checkpoint = folder.resolve(name("step", steps));
    replicas.requireSame("checkpoint " + checkpoint, identity(checkpoint));
    readWeights(checkpoint, weights);
    readOptimizer(checkpoint, weights, optimizer);
    return Optional.of(state(checkpoint));
  }

  private static String identity(Path checkpoint) {
    try {
      return JsonFiles.readObject(checkpoint.resolve(STATE)).toString();
    } catch (IllegalArgumentException | UncheckedIOException e) {
      return "none (" + e.getMessage() + ")";
    }
  }

  private static void readOptimizer(Path checkpoint, TrainedWeights weights, AdamW optimizer)
      throws IOException {
    try (TensorScope scope = TensorScope.open();
        SafetensorsFile file = SafetensorsFile.open(checkpoint.resolve(OPTIMIZER))) {
      for (Map.Entry<String, Tensor> each : weights.parameters().entrySet()) {
        if (optimizer.moves(each.getValue())) {
          AdamW.Moments moments = optimizer.moments(each.getValue());
          for (Map.Entry<String, Function<AdamW.Moments, Tensor>> part : PARTS.entrySet()) {
            read(file, part.getKey() + "." + each.getKey(), part.getValue().apply(moments));
          }
        }
      }
    }
  }

  /** Puts the weights of every process into the state of the lowest validation loss. */
  void restoreBest(Progress progress, TrainedWeights weights, Replicas replicas)
      throws IOException {
    if (replicas.isFirst()) {
      readWeights(folder.resolve(name("best", progress.bestSteps())), weights);
    }
    replicas.broadcastParameters();
  }

  /**
   * Writes a checkpoint, then deletes those that are too old. Every process calls it; the first one
   * writes, and asks the others for what it does not have.
   */
  void save(Progress progress, TrainedWeights weights, AdamW optimizer, Replicas replicas)
      throws IOException {
    if (replicas.isFirst()) {
      AtomicFolder.replace(
          folder.resolve(name("step", progress.steps())),
          temporary -> {
            writeWeights(temporary, weights);
            SafetensorsWriter.create(
                temporary.resolve(OPTIMIZER), moments(weights, optimizer, replicas));
            JsonFiles.replace(temporary.resolve(STATE), json(progress));
          });
      prune(progress);
    } else {
      for (Tensor parameter : weights.parameters().values()) {
        for (Function<AdamW.Moments, Tensor> part : PARTS.values()) {
          try (TensorScope scope = TensorScope.open()) {
            replicas.fromOwner(parameter, () -> part.apply(optimizer.moments(parameter)));
          }
        }
      }
    }
    replicas.barrier();
    lastSaved = nanoTime.getAsLong();
  }

  /** Writes the weights of the lowest validation loss; the first process does. */
  void saveBest(Progress progress, TrainedWeights weights, Replicas replicas) throws IOException {
    if (replicas.isFirst()) {
      AtomicFolder.replace(
          folder.resolve(name("best", progress.steps())),
          temporary -> writeWeights(temporary, weights));
    }
    replicas.barrier();
  }

  private static void writeWeights(Path to, TrainedWeights weights) throws IOException {
    Map<String, TensorSource> sources = new LinkedHashMap<>();
    weights
        .parameters()
        .forEach((name, tensor) -> sources.put(name, TensorSource.of(tensor, DType.F32)));
    SafetensorsWriter.create(to.resolve(WEIGHTS), sources);
  }

  private static void readWeights(Path from, TrainedWeights weights) throws IOException {
    try (TensorScope scope = TensorScope.open();
        Gradients.Disabled frozen = Gradients.disabled();
        SafetensorsFile file = SafetensorsFile.open(from.resolve(WEIGHTS))) {
      for (Map.Entry<String, Tensor> each : weights.parameters().entrySet()) {
        read(file, each.getKey(), each.getValue());
      }
    }
  }

  private static void read(SafetensorsFile file, String name, Tensor into) throws IOException {
    if (!file.names().contains(name) || !Arrays.equals(file.shape(name), into.shape())) {
      throw new IOException(
          "the checkpoint has no tensor "
              + name
              + " of shape "
              + Arrays.toString(into.shape())
              + ": it is of another model or adapter; name another output folder");
    }
    into.copyInPlace(file.read(name));
  }

  /** Each asked for when its turn comes to be written. */
  private static Map<String, TensorSource> moments(
      TrainedWeights weights, AdamW optimizer, Replicas replicas) {
    Map<String, TensorSource> sources = new LinkedHashMap<>();
    weights
        .parameters()
        .forEach(
            (name, parameter) ->
                PARTS.forEach(
                    (kind, part) ->
                        sources.put(
                            kind + "." + name,
                            new TensorSource(
                                DType.F32,
                                kind.equals(STEPS) ? new long[0] : parameter.shape(),
                                () ->
                                    replicas
                                        .fromOwner(
                                            parameter,
                                            () -> part.apply(optimizer.moments(parameter)))
                                        .orElseThrow()))));
    return sources;
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

  private Progress state(Path checkpoint) throws IOException {
    Path file = checkpoint.resolve(STATE);
    JsonNode json;
    try {
      json = JsonFiles.readObject(file);
    } catch (IllegalArgumentException | UncheckedIOException e) {
      throw new IOException(
          e.getMessage() + "; delete " + checkpoint + " to go on from the one before", e);
    }
    List<String> differences = differences(json.path("run"));
    if (!differences.isEmpty()) {
      throw new IOException(
          checkpoint
              + " is of another run:\n  "
              + String.join("\n  ", differences)
              + "\nTo continue that run, set this back. To begin another, name another output folder"
              + " (output=DIR) or delete "
              + folder);
    }
    return new Progress(
        json.path("steps").asInt(),
        json.path("best_steps").asInt(0),
        json.path("best_loss").asDouble(Double.POSITIVE_INFINITY),
        json.path("validations_since_best").asInt(0));
  }

  /** How another run differs from this one, name by name. */
  private List<String> differences(JsonNode other) {
    NavigableSet<String> names = new TreeSet<>(run.keySet());
    other.fieldNames().forEachRemaining(names::add);
    List<String> differences = new ArrayList<>();
    for (String name : names) {
      String was = other.has(name) ? other.get(name).asText() : "not there";
      String is = run.getOrDefault(name, "not there");
      if (!was.equals(is)) {
        differences.add(name + " was " + was + " and is " + is);
      }
    }
    return differences;
  }

  private Optional<Path> newest() throws IOException {
    return steps().stream().reduce((first, second) -> second);
  }

  /** Oldest first. */
  private List<Path> steps() throws IOException {
    return entries("step");
  }

  private List<Path> entries(String kind) throws IOException {
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> entries = Files.list(folder)) {
        entries
            .filter(
                path -> {
                  Matcher name = NAME.matcher(path.getFileName().toString());
                  return name.matches() && kind.equals(name.group(1));
                })
            .sorted(Comparator.naturalOrder())
            .forEach(found::add);
      }
    }
    return found;
  }

  /** Keeps the newest few, and the best weights that one of them, or the run, refers to. */
  private void prune(Progress progress) throws IOException {
    List<Path> steps = steps();
    for (Path old : steps.subList(0, Math.max(0, steps.size() - keep))) {
      AtomicFolder.delete(old);
    }
    for (Path best : entries("best")) {
      boolean current = best.getFileName().toString().equals(name("best", progress.bestSteps()));
      boolean needed = steps().stream().anyMatch(step -> isBestOf(best, step));
      if (!current && !needed) {
        AtomicFolder.delete(best);
      }
    }
  }

  private boolean isBestOf(Path best, Path step) {
    try {
      return best.getFileName().toString().equals(name("best", state(step).bestSteps()));
    } catch (IOException e) {
      return true; // kept: better one too many
    }
  }

  private static String name(String kind, int steps) {
    return String.format(Locale.ROOT, "%s-%08d", kind, steps);
  }
}
