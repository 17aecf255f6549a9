package dev.palinode.training.recipe;

import dev.palinode.tensor.DType;
import dev.palinode.tensor.Device;
import dev.palinode.tensor.ProductRate;
import dev.palinode.training.Precision;
import dev.palinode.training.StepMetrics;
import dev.palinode.training.TrainableParameters;
import dev.palinode.training.Trainer;
import dev.palinode.training.TrainingRun;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Estimate of the training time per token on this machine. For a small model, whose time goes into
 * many small operations, some steps are run on weights that are then discarded. For a large one,
 * whose weights take minutes to read, matrix products are counted and one is timed.
 */
final class StepTiming {
  private static final long SMALL = 50_000_000;
  private static final Duration LIMIT = Duration.ofSeconds(1);
  private static final int MOST_STEPS = 20;

  /**
   * Fraction of the machine's best matrix product rate that a step reaches (docs/performance.md).
   */
  private static final double REACHED = 0.7;

  private final CommonSettings settings;
  private final RecipeModel model;
  private final Device device;

  StepTiming(CommonSettings settings, RecipeModel model) {
    this.settings = settings;
    this.model = model;
    this.device = Device.parse(settings.model().device());
  }

  /** Cost of training on a token, relative to its forward pass. */
  static double passes(CommonSettings settings) {
    boolean all = settings.tuning().tune() == TuningSettings.Tune.ALL;
    return (all ? 3 : 2) + (settings.model().gradientCheckpointing() ? 1 : 0);
  }

  <E> double secondsPerToken(Prepared<E> prepared) throws IOException {
    return model.config().parameterCount() <= SMALL
        ? timed(prepared)
        : operations() / productsPerSecond();
  }

  private <E> double timed(Prepared<E> prepared) throws IOException {
    TrainableParameters weights = model.load(device, settings.seed());
    Trainer trainer = settings.optimization().trainer(1, settings.model());
    List<StepMetrics> steps = new ArrayList<>();
    long start = System.nanoTime();
    while (steps.size() < 2
        || (steps.size() < MOST_STEPS && System.nanoTime() - start < LIMIT.toNanos())) {
      int next = steps.size();
      trainer.train(
          new TrainingRun<>(
              weights, prepared.objective(), first -> prepared.batches().batch(next), steps::add));
    }
    List<StepMetrics> warm = steps.subList(steps.size() / 2, steps.size());
    return warm.stream().mapToDouble(step -> step.duration().toNanos() / 1e9).sum()
        / warm.stream().mapToLong(StepMetrics::tokens).sum();
  }

  /** Floating-point operations of the matrix products of one token, attention not counted. */
  private double operations() {
    return 2.0 * model.config().matrixElements() * passes(settings);
  }

  private double productsPerSecond() {
    DType type = settings.model().precision() == Precision.BF16 ? DType.BF16 : DType.F32;
    return REACHED * ProductRate.flopsPerSecond(device, type);
  }
}
