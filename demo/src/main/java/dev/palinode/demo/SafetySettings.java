package dev.palinode.demo;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Everything that the safety experiment can be turned by, chosen on the development split.
 *
 * @param pretraining of the base model, which all others start from
 * @param tuning the same for all methods
 * @param preference DPO of the tuned models, the same for all methods
 * @param beta of DPO
 * @param sftWeight of the likelihood of chosen answers beside DPO: without it so small a model
 *     unlearns its language
 * @param elicitShare share of dangerous examples whose pair elicits a reset; the others, and all
 *     ordinary ones, discourage a needless one
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
    @JsonProperty TrainingStage pretraining,
    @JsonProperty TrainingStage tuning,
    @JsonProperty TrainingStage preference,
    @JsonProperty double beta,
    @JsonProperty double sftWeight,
    @JsonProperty double elicitShare,
    @JsonProperty double dangerousShare,
    @JsonProperty double borderlineShare,
    @JsonProperty double safetyShare,
    @JsonProperty int triples,
    @JsonProperty int utility,
    @JsonProperty double borderlineUtility,
    @JsonProperty int promptsPerSet,
    @JsonProperty int maxNewTokens,
    @JsonProperty int maxResets) {
  /** The settings of the published tables. */
  public static SafetySettings standard() {
    return new SafetySettings(
        new TrainingStage(600, 48, 3e-3, 30, 0.1),
        new TrainingStage(300, 32, 1e-3, 10, 0),
        new TrainingStage(60, 16, 3e-5, 10, 0),
        0.5,
        2,
        0.5,
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
}
