package dev.palinode.training.recipe;

import dev.palinode.tensor.Device;
import dev.palinode.training.StopRequest;
import dev.palinode.training.TrainingListener;
import dev.palinode.training.distributed.DistributedContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** A recipe: a training method with all its settings. */
public final class Recipe {
  private static final Map<String, Class<? extends TrainingMethod<?>>> METHODS =
      new TreeMap<>(
          Map.of(
              BacktrackingSftRecipe.NAME, BacktrackingSftRecipe.class,
              DpoRecipe.NAME, DpoRecipe.class,
              OrpoRecipe.NAME, OrpoRecipe.class));

  private final RunSetup setup;
  private final TrainingMethod<?> method;

  private Recipe(RecipeFile file, TrainingMethod<?> method) {
    this.setup = new RunSetup(file, method);
    this.method = method;
  }

  /**
   * The recipe that a file describes.
   *
   * @throws RecipeException if it names no known method, or a setting is missing or unknown
   */
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
   * @param file in YAML
   * @param overrides settings that differ from the file, {@code key=value}
   * @param listener called after each step
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

  /** The device that the recipe trains on, by name. */
  public String device() {
    return method.common().model().device();
  }

  /** The folder that the result is written to. */
  public Path output() {
    return method.common().model().output();
  }

  /**
   * Plans a run. Reads tokenizer and data, and a small model's weights to time steps; writes
   * nothing.
   *
   * @return the plan, with estimates of memory and time
   * @throws IOException if something cannot be read, or the data is damaged
   */
  public RunPlan plan() throws IOException {
    setup.requireRunnable();
    return plan(method);
  }

  private <E> RunPlan plan(TrainingMethod<E> planned) throws IOException {
    try (RecipeModel model = RecipeModel.open(planned)) {
      return RunPlan.of(setup, model, planned.prepare(model));
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
    try (RecipeRun run = new RecipeRun(setup, processes, log, listener, stop)) {
      run.train(method);
    }
  }
}
