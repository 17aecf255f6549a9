package dev.palinode.training.recipe;

import dev.palinode.model.ModelConfig;
import dev.palinode.model.benchmark.MachineSpeed;
import dev.palinode.storage.TemporaryFolder;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.Device;
import dev.palinode.training.Precision;
import dev.palinode.training.objective.Objective;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a run would do, and about what it would take.
 *
 * @param recipe as it would be run, YAML
 * @param weights of the model
 * @param trained how many of them, or of an adapter's, move
 * @param counts of examples, steps and tokens
 * @param bytes of memory, estimated: weights, gradients, the optimiser's state and what one pass
 *     keeps for its backward pass
 * @param operations floating-point operations of the matrix products, attention not counted
 * @param device that it runs on
 * @param precision of its products
 */
public record RunPlan(
    String recipe,
    long weights,
    long trained,
    Counts counts,
    double bytes,
    double operations,
    String device,
    Precision precision) {
  /**
   * What is read.
   *
   * @param data what became of the rows, in a line
   * @param examples to train on
   * @param heldOut for validation
   * @param steps in all
   * @param tokens that the model reads in one epoch, without padding
   * @param longest of the examples, in tokens
   * @param scoredBefore whether a reference reads everything once before
   */
  public record Counts(
      String data,
      int examples,
      int heldOut,
      int steps,
      long tokens,
      int longest,
      boolean scoredBefore) {}

  /** Prepares a recipe's data with a model of which no weights are read. */
  @FunctionalInterface
  interface Counting {
    Counts of(RecipeModel model) throws IOException;
  }

  /** Share of the machine's best rate of products that a step reaches (docs/performance.md). */
  private static final double REACHED = 0.7;

  static RunPlan of(
      RecipeFile file, CommonSettings settings, Optional<String> resetToken, Counting counting)
      throws IOException {
    try (TemporaryFolder scratch = TemporaryFolder.create()) {
      Path tokenizer = scratch.path();
      RecipeModel.writeTokenizer(settings.model(), resetToken, tokenizer);
      try (RecipeModel opened =
          RecipeModel.open(settings.model(), settings.tuning(), resetToken, tokenizer)) {
        Counts counts = counting.of(opened);
        ModelConfig config = opened.config();
        long trained = trained(config, settings.tuning());
        return new RunPlan(
            file.resolved(),
            config.parameterCount(),
            trained,
            counts,
            bytes(config, trained, settings, counts),
            operations(config, settings, counts),
            settings.model().device(),
            settings.model().precision());
      }
    }
  }

  static <E> Counts counted(
      RecipeData data,
      HeldOut<?> split,
      Objective<E> objective,
      ShuffledEpochs<E> batches,
      CommonSettings settings,
      boolean scoredBefore) {
    long tokens = 0;
    int longest = 0;
    for (int step = 0; step < batches.stepsPerEpoch(); step++) {
      for (E example : batches.batch(step)) {
        tokens += objective.length(example);
        longest = Math.max(longest, objective.length(example));
      }
    }
    return new Counts(
        data.words(),
        split.training().size(),
        split.validation().size(),
        settings.optimization().epochs() * batches.stepsPerEpoch(),
        tokens,
        longest,
        scoredBefore);
  }

  private static long trained(ModelConfig config, TuningSettings tuning) {
    if (tuning.tune() == TuningSettings.Tune.ALL) {
      return config.parameterCount();
    }
    List<String> modules = tuning.modules(config);
    long adapted = 0;
    for (Map.Entry<String, long[]> layer : config.linearLayers().entrySet()) {
      if (modules.contains(layer.getKey().substring(layer.getKey().lastIndexOf('.') + 1))) {
        adapted += tuning.loraR() * (layer.getValue()[0] + layer.getValue()[1]);
      }
    }
    return adapted;
  }

  private static double bytes(
      ModelConfig config, long trained, CommonSettings settings, Counts counts) {
    OptimizationSettings optimization = settings.optimization();
    double perStep = counts.tokens() * (double) optimization.epochs() / counts.steps();
    double pass =
        Math.max(counts.longest(), Math.min(optimization.maxTokensPerPass(), 1.2 * perStep));
    double hidden = config.hiddenSize();
    double heads = (double) config.attention().heads() * config.attention().headDim();
    // What a block keeps of a token: inputs of norms and products, and both sides of the gate.
    double block = 4 * (6 * hidden + 6 * heads + 4.0 * config.intermediateSize());
    double kept =
        settings.model().recompute()
            ? 4 * hidden * config.layers() + block
            : block * config.layers();
    double frozen = trained == config.parameterCount() ? 0 : trained;
    return 4 * (config.parameterCount() + frozen) + 12.0 * trained + pass * kept;
  }

  private static double operations(ModelConfig config, CommonSettings settings, Counts counts) {
    OptimizationSettings optimization = settings.optimization();
    long layers =
        config.linearLayers().values().stream().mapToLong(shape -> shape[0] * shape[1]).sum();
    double forward = 2.0 * (layers + (double) config.vocabSize() * config.hiddenSize());
    boolean all = settings.tuning().tune() == TuningSettings.Tune.ALL;
    int passes = (all ? 3 : 2) + (settings.model().recompute() ? 1 : 0);
    double epochs = optimization.epochs() * (double) passes + (counts.scoredBefore() ? 1 : 0);
    return forward * counts.tokens() * epochs;
  }

  /** Estimated time on this machine alone, in seconds; measures how fast it multiplies. */
  public double seconds() {
    Device where = Device.parse(device);
    where.requireAvailable();
    try (MachineSpeed speed = new MachineSpeed(where)) {
      DType type = precision == Precision.BF16 ? DType.BF16 : DType.F32;
      return operations / (REACHED * speed.productFlopsPerSecond(type));
    }
  }

  /** For people; measures how fast this machine multiplies. */
  public String toText() {
    double seconds = seconds();
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
        time      %s or more on this machine alone
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
            ? Math.round(seconds) + " s"
            : seconds < 7200
                ? Math.round(seconds / 60) + " min"
                : String.format(Locale.ROOT, "%.1f h", seconds / 3600));
  }
}
