package dev.palinode.demo;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.palinode.tensor.AdamW;
import dev.palinode.training.LearningRateSchedule;
import dev.palinode.training.Precision;
import dev.palinode.training.Trainer;
import dev.palinode.training.WeightDecay;

/**
 * One training stage of an experiment: AdamW with betas 0.9 and 0.95, gradients clipped to norm 1,
 * linear warm-up and a cosine down to 5%.
 *
 * @param batch examples per step
 */
public record TrainingStage(
    @JsonProperty int steps,
    @JsonProperty int batch,
    @JsonProperty double learningRate,
    @JsonProperty int warmupSteps,
    @JsonProperty double weightDecay) {
  private static final int MAX_TOKENS_PER_PASS = 8192;

  Trainer trainer() {
    return trainer(Precision.F32);
  }

  Trainer trainer(Precision precision) {
    return new Trainer(
        new Trainer.Settings(
            LearningRateSchedule.cosine(learningRate, warmupSteps, steps, 0.05),
            new AdamW.Settings(0.9, 0.95, 1e-8),
            new WeightDecay(weightDecay, true),
            1.0,
            MAX_TOKENS_PER_PASS,
            precision,
            0)); // nothing is dropped
  }
}
