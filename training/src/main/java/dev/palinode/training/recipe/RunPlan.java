package dev.palinode.training.recipe;

import dev.palinode.model.config.ModelConfig;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * Plan of a run, with estimates of memory and time.
 *
 * @param recipe resolved, YAML
 * @param weights of the model
 * @param trained number of them, or of an adapter's, that are trained
 * @param counts of examples, steps and tokens
 * @param bytes estimated memory: weights, gradients, optimiser state and activations of one pass
 * @param seconds estimated time on this machine alone, by measurement, without early stopping
 */
public record RunPlan(
    String recipe, long weights, long trained, Counts counts, double bytes, double seconds) {
  /**
   * Counts of the data.
   *
   * @param data summary of the rows, one line
   * @param examples to train on
   * @param heldOut for validation
   * @param steps of the whole run
   * @param tokens that the model reads in one epoch, without padding
   * @param longest of the examples, in tokens
   */
  public record Counts(
      String data, int examples, int heldOut, int steps, long tokens, int longest) {}

  static <E> RunPlan of(Recipe recipe, RecipeModel model, Prepared<E> prepared) throws IOException {
    CommonSettings settings = recipe.common();
    Counts counts = counted(prepared, settings);
    ModelConfig config = model.config();
    long trained = trained(config, settings.tuning());
    return new RunPlan(
        recipe.file().resolved(),
        config.parameterCount(),
        trained,
        counts,
        bytes(config, trained, settings, counts),
        new StepTiming(settings, model).secondsPerToken(prepared)
            * tokensAsTrained(settings, counts, prepared));
  }

  private static <E> Counts counted(Prepared<E> prepared, CommonSettings settings) {
    RecipeData data = prepared.data();
    ShuffledEpochs<E> batches = prepared.batches();
    long tokens = 0;
    int longest = 0;
    for (int step = 0; step < batches.stepsPerEpoch(); step++) {
      for (E example : batches.batch(step)) {
        int length = prepared.objective().length(example);
        tokens += length;
        longest = Math.max(longest, length);
      }
    }
    return new Counts(
        data.summary(),
        data.examples().training().size(),
        data.examples().validation().size(),
        settings.optimization().epochs() * batches.stepsPerEpoch(),
        tokens,
        longest);
  }

  /** Tokens of the whole run; one that is only read counts as a fraction of a trained one. */
  private static <E> double tokensAsTrained(
      CommonSettings settings, Counts counts, Prepared<E> prepared) {
    double held = prepared.validation().stream().mapToLong(prepared.objective()::length).sum();
    double validations = 1 + (double) counts.steps() / settings.run().validateEvery();
    double scored = prepared.scoring().isPresent() ? counts.tokens() + held : 0;
    double read = held * validations + scored;
    return settings.optimization().epochs() * (double) counts.tokens()
        + read / StepTiming.passes(settings);
  }

  private static long trained(ModelConfig config, TuningSettings tuning) {
    if (tuning.tune() == TuningSettings.Tune.ALL) {
      return config.parameterCount();
    }
    List<String> modules = tuning.modules(config);
    return config.linearLayers().entrySet().stream()
        .filter(layer -> modules.contains(ModelConfig.module(layer.getKey())))
        .mapToLong(layer -> tuning.loraR() * (layer.getValue()[0] + layer.getValue()[1]))
        .sum();
  }

  private static double bytes(
      ModelConfig config, long trained, CommonSettings settings, Counts counts) {
    OptimizationSettings optimization = settings.optimization();
    double perStep = counts.tokens() * (double) optimization.epochs() / counts.steps();
    double pass =
        Math.max(counts.longest(), Math.min(optimization.microBatchTokens(), 1.2 * perStep));
    double hidden = config.hiddenSize();
    double heads = (double) config.attention().heads() * config.attention().headDim();
    // Bytes that a block keeps per token: inputs of norms and products, both sides of the gate.
    double block = 4 * (6 * hidden + 6 * heads + 4.0 * config.intermediateSize());
    double kept =
        settings.model().gradientCheckpointing()
            ? 4 * hidden * config.layers() + block
            : block * config.layers();
    double adapter = trained == config.parameterCount() ? 0 : trained;
    return 4 * (config.parameterCount() + adapter) + 12.0 * trained + pass * kept;
  }

  public String toText() {
    return String.format(
        Locale.ROOT,
        """
        %s
        %s
        examples  %,d to train on, %,d held out
        steps     %,d
        tokens    %,d per epoch; longest example %,d
        weights   %,d, of which %,d move%s
        memory    about %s
        time      about %s on this machine alone
        """,
        recipe,
        counts.data(),
        counts.examples(),
        counts.heldOut(),
        counts.steps(),
        counts.tokens(),
        counts.longest(),
        weights,
        Math.min(trained, weights),
        trained < weights ? " (an adapter's)" : "",
        bytes < 1e9
            ? String.format(Locale.ROOT, "%.0f MB", bytes / 1e6)
            : String.format(Locale.ROOT, "%.1f GB", bytes / 1e9),
        seconds < 120
            ? Math.max(1, Math.round(seconds)) + " s"
            : seconds < 7200
                ? Math.round(seconds / 60) + " min"
                : String.format(Locale.ROOT, "%.1f h", seconds / 3600));
  }
}
