package dev.palinode.training.recipe;

import dev.palinode.training.StopRequest;
import dev.palinode.training.TrainingListener;
import dev.palinode.training.parallel.Processes;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;

/** A training method with all its settings: what a recipe file describes. */
public sealed interface Recipe permits BacktrackingSftRecipe, DpoRecipe, OrpoRecipe {
  /**
   * The recipe that a file describes.
   *
   * @throws RecipeException if it names none, or does not state its settings, all and no others
   */
  static Recipe of(RecipeFile file) {
    Map<String, Function<RecipeFile, Recipe>> known =
        new TreeMap<>(
            Map.of(
                BacktrackingSftRecipe.NAME, BacktrackingSftRecipe::new,
                DpoRecipe.NAME, DpoRecipe::new,
                OrpoRecipe.NAME, OrpoRecipe::new));
    String name = file.text("recipe").orElse("");
    Function<RecipeFile, Recipe> made = known.get(name);
    if (made == null) {
      throw new RecipeException(
          file.name(),
          List.of(
              "recipe is \"" + name + "\": expected one of " + String.join(", ", known.keySet())));
    }
    return made.apply(file);
  }

  /** The device that the recipe trains on, by name. */
  String device();

  /**
   * Reads tokenizer and data, but no weights, and writes nothing.
   *
   * @return what a run would do, and about what it would take
   * @throws IOException if something cannot be read, or the data is damaged
   */
  RunPlan plan() throws IOException;

  /**
   * Trains and writes model and records to the output folder; a run that was interrupted goes on.
   *
   * @param processes that run this recipe; the first one writes
   * @param say is told of each stage, in a line for people
   * @param listener is told of each step
   * @param stop asks the run to stop and to save a checkpoint
   * @throws IOException if something cannot be read or written, the data is damaged, or another run
   *     uses the output folder
   * @throws dev.palinode.training.TrainingStoppedException if the run was asked to stop
   * @throws dev.palinode.training.TrainingException if training cannot go on
   */
  void run(Processes processes, Consumer<String> say, TrainingListener listener, StopRequest stop)
      throws IOException;
}
