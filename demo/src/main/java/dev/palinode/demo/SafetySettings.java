package dev.palinode.demo;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.palinode.model.ModelConfig;
import dev.palinode.tensor.AdamW;
import dev.palinode.training.LearningRateSchedule;
import dev.palinode.training.Trainer;
import dev.palinode.training.WeightDecay;

/**
 * Everything that the safety experiment can be turned by, chosen on the development split.
 *
 * @param pretraining of the base model, which all others start from
 * @param tuning the same for all methods
 * @param dangerousShare of dangerous examples in pretraining
 * @param borderlineShare of harmless requests for invented things in pretraining
 * @param safetyShare of dangerous examples in tuning
 * @param triples unsafe and safe answers drawn as safety data
 * @param utility helpful answers drawn as utility data
 * @param borderlineUtility share of them that is about things of dangerous families
 * @param promptsPerSet size of the evaluation sets
 * @param maxNewTokens of an answer, discarded tokens included
 * @param maxResets of an answer
 */
public record SafetySettings(
    @JsonProperty Stage pretraining,
    @JsonProperty Stage tuning,
    @JsonProperty double dangerousShare,
    @JsonProperty double borderlineShare,
    @JsonProperty double safetyShare,
    @JsonProperty int triples,
    @JsonProperty int utility,
    @JsonProperty double borderlineUtility,
    @JsonProperty int promptsPerSet,
    @JsonProperty int maxNewTokens,
    @JsonProperty int maxResets) {
  /**
   * One training stage: AdamW with betas 0.9 and 0.95, gradients clipped to norm 1, linear warm-up
   * and a cosine down to 5%.
   *
   * @param batch examples per step
   */
  public record Stage(
      @JsonProperty int steps,
      @JsonProperty int batch,
      @JsonProperty double learningRate,
      @JsonProperty int warmupSteps,
      @JsonProperty double weightDecay) {
    private static final int MAX_TOKENS_PER_PASS = 8192;

    Trainer trainer() {
      return new Trainer(
          new Trainer.Settings(
              LearningRateSchedule.cosine(learningRate, warmupSteps, steps, 0.05),
              new AdamW.Settings(0.9, 0.95, 1e-8),
              new WeightDecay(weightDecay, true),
              1.0,
              MAX_TOKENS_PER_PASS));
    }
  }

  /** The settings of the published tables. */
  public static SafetySettings standard() {
    return new SafetySettings(
        new Stage(600, 48, 3e-3, 30, 0.1),
        new Stage(300, 32, 1e-3, 10, 0),
        0.30,
        0.15,
        0.40,
        400,
        4000,
        0.40,
        150,
        64,
        1);
  }

  /** The shape of the model: 96 wide, 3 blocks, some 360,000 weights. */
  static ModelConfig modelConfig(int vocabSize) {
    return ModelConfig.llama(vocabSize, 96, 256, 3, 4, 4, 128);
  }
}
