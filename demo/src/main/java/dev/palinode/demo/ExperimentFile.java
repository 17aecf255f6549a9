package dev.palinode.demo;

import dev.palinode.answer.LocalChatModel.NegativeSystem;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The models of an experiment and the rows of its tables, read from {@code experiment.yaml}.
 *
 * @param models each after the one that it starts from
 * @param quick ids of the models of a short run; null if there is none
 */
public record ExperimentFile(List<Model> models, List<Row> rows, @Nullable List<String> quick) {
  /** The experiment of a world. */
  public static ExperimentFile of(Class<?> world) {
    return WorldFiles.read(world, "experiment.yaml", ExperimentFile.class);
  }

  /** The models of a short run, and their rows. */
  public ExperimentFile shortened() {
    List<String> ids = Objects.requireNonNull(quick, "the experiment has no short run");
    return new ExperimentFile(
        models.stream().filter(model -> ids.contains(model.id())).toList(),
        rows.stream().filter(row -> ids.contains(row.model())).toList(),
        quick);
  }

  /**
   * A model, made by a recipe or by subtraction.
   *
   * @param id name in paths
   * @param from id of the model to start from; {@link SeedFolder#UNTRAINED} for the first one
   * @param data what the recipe trains on
   * @param settings further settings of the recipe, {@code key=value}
   * @param cost sequences trained for each row of data
   */
  public record Model(
      String id,
      String from,
      @Nullable String recipe,
      @Nullable String data,
      @Nullable List<String> settings,
      @Nullable Subtraction subtraction,
      double cost) {
    String requireRecipe() {
      return Objects.requireNonNull(recipe, () -> id + " has neither recipe nor subtraction");
    }
  }

  /**
   * The base model minus the task vector of the model that it starts from.
   *
   * @param relu whether only increases are subtracted
   */
  public record Subtraction(String base, double coefficient, boolean relu) {}

  /**
   * A row of a table: a model and its generation settings.
   *
   * @param id name in paths and result files
   * @param title name in tables; indented if it is the model of the row above
   * @param maxResets of an answer; 0 forbids the reset token
   * @param system message before each prompt
   * @param away negative prompt of guidance
   */
  public record Row(
      String id,
      String title,
      String model,
      int maxResets,
      @Nullable String system,
      @Nullable NegativeSystem away) {}
}
