package dev.palinode.training.recipe;

import dev.palinode.training.objective.Supervision;
import java.nio.file.Path;

/**
 * Every setting of {@link BacktrackingSftRecipe}; the keys of its YAML file.
 *
 * @param recipe {@value BacktrackingSftRecipe#NAME}
 * @param model Hugging Face folder to start from
 * @param data preference file whose chosen answers are taken as y+ and whose rejected ones as y-
 * @param dataFormat layout of {@code data}; {@code hh-rlhf}
 * @param output folder for the trained model and the run's records
 * @param supervision the method; the others are its baselines
 * @param resetToken spelling of the reset token
 * @param chatFormat how conversations become tokens: {@code default} for the model's own template,
 *     or a named one
 * @param maxLength most tokens of a training sequence
 * @param overlong what is done with a conversation that is longer
 * @param epochs passes over the data
 * @param batchSize examples per step
 * @param learningRate peak of the schedule
 * @param warmupRatio share of the steps that warm up
 * @param floorRatio end of the cosine as a share of the peak
 * @param weightDecay of AdamW
 * @param adamBeta1 of AdamW
 * @param adamBeta2 of AdamW
 * @param maxGradientNorm gradients are scaled down to this norm
 * @param maxTokensPerPass padded tokens computed at once: bounds memory, changes no result
 * @param seed of order and prefix lengths
 */
public record BacktrackingSftSettings(
    String recipe,
    Path model,
    Path data,
    DataFormat dataFormat,
    Path output,
    Supervision supervision,
    String resetToken,
    String chatFormat,
    int maxLength,
    Overlong overlong,
    int epochs,
    int batchSize,
    double learningRate,
    double warmupRatio,
    double floorRatio,
    double weightDecay,
    double adamBeta1,
    double adamBeta2,
    double maxGradientNorm,
    int maxTokensPerPass,
    long seed) {
  /** Layouts of preference files. */
  public enum DataFormat {
    /** Whole transcripts under {@code chosen} and {@code rejected}, as Anthropic's HH-RLHF. */
    HH_RLHF
  }

  /** What is done with an example whose longest sequence exceeds {@code max_length}. */
  public enum Overlong {
    /** It is left out, and counted. */
    DROP,
    /**
     * The oldest exchanges of its conversation are left out until it fits, and it is counted; it is
     * dropped if even the last question alone does not fit.
     */
    CUT
  }

  public BacktrackingSftSettings {
    if (maxLength < 8) {
      throw new IllegalArgumentException("max_length is " + maxLength + ": expected 8 or more");
    }
    if (epochs < 1 || batchSize < 1) {
      throw new IllegalArgumentException(
          "epochs " + epochs + " and batch_size " + batchSize + ": expected 1 or more");
    }
    if (!(warmupRatio >= 0 && warmupRatio < 1)) {
      throw new IllegalArgumentException(
          "warmup_ratio is " + warmupRatio + ": expected a share of the steps, 0 to below 1");
    }
  }
}
