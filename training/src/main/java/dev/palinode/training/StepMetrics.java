package dev.palinode.training;

import java.time.Duration;
import java.util.Map;

/**
 * Metrics of one training step.
 *
 * @param step from 0
 * @param totalSteps of the run
 * @param loss before the update
 * @param learningRate of the update
 * @param gradientNorm L2 norm before clipping
 * @param tokens read by the model, without padding
 * @param duration wall time
 * @param objective metrics of the objective, by name
 */
public record StepMetrics(
    int step,
    int totalSteps,
    double loss,
    double learningRate,
    double gradientNorm,
    long tokens,
    Duration duration,
    Map<String, Double> objective) {
  /** Tokens read per second. */
  public double tokensPerSecond() {
    return tokens / Math.max(1e-9, duration.toNanos() / 1e9);
  }
}
