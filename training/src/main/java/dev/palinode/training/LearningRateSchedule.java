package dev.palinode.training;

import org.apache.commons.lang3.Validate;

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
    Validate.isTrue(
        peak > 0 && peak < Double.POSITIVE_INFINITY, "learning rate is %s: expected above 0", peak);
    Validate.isTrue(
        totalSteps >= 1 && warmupSteps >= 0 && warmupSteps <= totalSteps,
        "warm-up of %s in %s steps: expected at least one step, and a warm-up within them",
        warmupSteps,
        totalSteps);
    Validate.isTrue(
        minRatio >= 0 && minRatio <= 1,
        "min_lr_ratio is %s: expected a fraction of the peak, 0 to 1",
        minRatio);
  }

  /** The learning rate of a step, counted from 0. */
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
