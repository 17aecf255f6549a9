package dev.palinode.training.recipe;

import dev.palinode.data.file.DataFiles;
import dev.palinode.data.record.FileDigest;
import dev.palinode.model.checkpoint.Checkpoint;
import dev.palinode.tensor.Device;
import dev.palinode.token.TokenizerFiles;
import dev.palinode.training.StopRequest;
import dev.palinode.training.TrainingCheckpoints;
import dev.palinode.training.TrainingListener;
import dev.palinode.training.distributed.DistributedContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A recipe: a training method with all its settings. */
public final class Recipe {
  private static final Map<String, Class<? extends TrainingMethod<?>>> METHODS =
      new TreeMap<>(
          Map.of(
              BacktrackingSftRecipe.NAME, BacktrackingSftRecipe.class,
              DpoRecipe.NAME, DpoRecipe.class,
              OrpoRecipe.NAME, OrpoRecipe.class));

  /** Keys that the result does not depend on; model and data are identified by content. */
  private static final Set<String> FREE =
      Set.of(
          "model",
          "data",
          "output",
          "device",
          "gradient_checkpointing",
          "micro_batch_tokens",
          "checkpoint_every",
          "checkpoint_minutes",
          "keep_checkpoints",
          "shard_optimizer");

  private static final int HASH_DIGITS = 16;

  private final RecipeFile file;
  private final TrainingMethod<?> method;

  private Recipe(RecipeFile file, TrainingMethod<?> method) {
    this.file = file;
    this.method = method;
  }

  /** The recipe that a file describes; throws a {@link RecipeException} with all its problems. */
  public static Recipe of(RecipeFile file) {
    String name = file.text("recipe").orElse("");
    Class<? extends TrainingMethod<?>> type = METHODS.get(name);
    if (type == null) {
      String known = String.join(", ", METHODS.keySet());
      throw new RecipeException(
          file.name(), List.of("recipe is \"" + name + "\": expected one of " + known));
    }
    return new Recipe(file, file.bind(type));
  }

  /**
   * Reads a recipe and runs it in this process: as {@code palinode train} does.
   *
   * @param overrides settings that differ from the file, {@code key=value}
   * @return the output folder, with the trained model or adapter
   * @throws IOException as {@link #run}
   * @throws RecipeException if the recipe cannot be run as it is
   */
  public static Path train(Path file, List<String> overrides, TrainingListener listener)
      throws IOException {
    Recipe recipe = of(RecipeFile.read(file, overrides));
    try (DistributedContext alone =
        DistributedContext.single(Device.parse(recipe.device()).requireAvailable())) {
      recipe.run(alone, line -> {}, listener, new StopRequest());
    }
    return recipe.output();
  }

  RecipeFile file() {
    return file;
  }

  CommonSettings common() {
    return method.common();
  }

  public String device() {
    return common().model().device();
  }

  /** The folder that the result is written to. */
  public Path output() {
    return common().model().output();
  }

  /**
   * Plans a run. Reads tokenizer and data, and a small model's weights to time steps; writes
   * nothing.
   *
   * @throws IOException if something cannot be read, or the data is damaged
   */
  public RunPlan plan() throws IOException {
    requireInputs();
    if (Files.isDirectory(checkpointFolder())) {
      checkpoints(identity()).requireOfThisRun();
    }
    return plan(method);
  }

  private <E> RunPlan plan(TrainingMethod<E> planned) throws IOException {
    try (RecipeModel model = RecipeModel.open(planned)) {
      return RunPlan.of(this, model, planned.prepare(model));
    }
  }

  /**
   * Trains and writes model and records to the output folder; an interrupted run is resumed.
   *
   * @param processes that run this recipe; the first one writes
   * @param log receives a message at each stage
   * @param listener called after each step
   * @param stop asks the run to stop and to save a checkpoint
   * @throws IOException if something cannot be read or written, the data is damaged, or another run
   *     uses the output folder
   * @throws dev.palinode.training.TrainingStoppedException if the run was asked to stop
   * @throws dev.palinode.training.TrainingException if training cannot continue
   */
  public void run(
      DistributedContext processes,
      Consumer<String> log,
      TrainingListener listener,
      StopRequest stop)
      throws IOException {
    try (RecipeRun run = new RecipeRun(this, processes, log, listener, stop)) {
      run.train(method);
    }
  }

  /** Checks that the inputs and the device exist, and that the output is not the model. */
  void requireInputs() throws IOException {
    Path model = common().model().model();
    Path data = common().data().data();
    boolean hasModel = Files.isDirectory(model);
    boolean hasData = Files.exists(data);
    if (!hasModel || !hasData) {
      throw new IOException(
          """
          model is %s%s, data is %s%s: expected a Hugging Face folder, and a data file or a folder \
          of such files"""
              .formatted(
                  model,
                  hasModel ? "" : ", which is not a folder",
                  data,
                  hasData ? "" : ", which does not exist"));
    }
    DataFiles.in(data);
    Checkpoint.requireNotAmong(List.of(model), common().model().output());
    Device.parse(common().model().device()).requireAvailable();
  }

  /**
   * Identity of the run, by name: the settings that its result depends on, and the hashes of model,
   * tokenizer and data. Reads all of these files.
   */
  SortedMap<String, String> identity() throws IOException {
    SortedMap<String, String> identity = new TreeMap<>(SettingsBinder.values((Record) method));
    identity.keySet().removeAll(FREE);
    Path model = common().model().model();
    for (Path file : modelFiles(model)) {
      identity.put("model/" + model.relativize(file), hash(file));
    }
    Path data = common().data().data();
    for (Path file : DataFiles.in(data)) {
      identity.put(file.equals(data) ? "data" : "data/" + data.relativize(file), hash(file));
    }
    return identity;
  }

  private static List<Path> modelFiles(Path model) throws IOException {
    try (Stream<Path> files = Files.walk(model, 2)) {
      return files
          .filter(
              file -> {
                String name = file.getFileName().toString();
                return name.equals("config.json")
                    || name.endsWith(".safetensors")
                    || name.endsWith(".jinja")
                    || TokenizerFiles.NAMES.contains(name);
              })
          .filter(Files::isRegularFile)
          .sorted()
          .toList();
    }
  }

  private static String hash(Path file) throws IOException {
    return "sha256 " + FileDigest.of(file).sha256().substring(0, HASH_DIGITS);
  }

  /** The checkpoints of the run with this {@link #identity}. */
  TrainingCheckpoints checkpoints(SortedMap<String, String> identity) {
    RunSettings run = common().run();
    return new TrainingCheckpoints(
        checkpointFolder(),
        run.checkpointEvery(),
        run.checkpointTime(),
        run.keepCheckpoints(),
        identity);
  }

  private Path checkpointFolder() {
    return common().model().output().resolve("checkpoints");
  }
}
