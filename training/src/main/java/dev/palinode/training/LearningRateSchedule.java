package dev.palinode.training;

/**
 * Learning rate schedule: linear warm-up from zero, then decay to a minimum; as transformers'
 * {@code cosine_with_min_lr}, {@code linear} and {@code constant_with_warmup}.
 *
 * @param shape of the decay after the warm-up
 * @param peak learning rate at the end of the warm-up, positive
 * @param warmupSteps steps of the warm-up; if there are any, the first has rate 0
 * @param totalSteps total number of steps
 * @param minRatio final rate as a fraction of the peak, in [0, 1]
 */
public record LearningRateSchedule(
    Shape shape, double peak, int warmupSteps, int totalSteps, double minRatio) {
  /** Shape of the decay after the warm-up. */
  public enum Shape {
    /** Half a cosine. */
    COSINE,
    /** A straight line. */
    LINEAR,
    /** No decay. */
    CONSTANT
  }

  public LearningRateSchedule {
    if (!(peak > 0) || Double.isInfinite(peak)) {
      throw new IllegalArgumentException("learning rate is " + peak + ": expected above 0");
    }
    if (totalSteps < 1 || warmupSteps < 0 || warmupSteps > totalSteps) {
      throw new IllegalArgumentException(
          "warm-up of "
              + warmupSteps
              + " in "
              + totalSteps
              + " steps: expected at least one step, and a warm-up within them");
    }
    if (!(minRatio >= 0 && minRatio <= 1)) {
      throw new IllegalArgumentException(
          "min_lr_ratio is " + minRatio + ": expected a fraction of the peak, 0 to 1");
    }
  }

  /** The cosine schedule. */
  public static LearningRateSchedule cosine(
      double peak, int warmupSteps, int totalSteps, double minRatio) {
    return new LearningRateSchedule(Shape.COSINE, peak, warmupSteps, totalSteps, minRatio);
  }

  /**
   * The learning rate of a step.
   *
   * @param step from 0 to {@code totalSteps - 1}
   */
  public double at(int step) {
    if (step < warmupSteps) {
      return peak * step / warmupSteps;
    }
    double progress = (step - warmupSteps) / (double) Math.max(1, totalSteps - warmupSteps);
    double left =
        switch (shape) {
          case COSINE -> (1 + Math.cos(Math.PI * progress)) / 2;
          case LINEAR -> 1 - progress;
          case CONSTANT -> 1;
        };
    return peak * (minRatio + (1 - minRatio) * left);
  }
}
