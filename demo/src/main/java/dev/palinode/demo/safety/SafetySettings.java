package dev.palinode.demo.safety;

/**
 * Data and evaluation sizes of the safety world, chosen on the development split. Training settings
 * are in the recipes.
 *
 * @param pretraining rows for the base model, which all others start from
 * @param tuning rows for SFT, the same for all methods
 * @param preferences rows for DPO of the tuned models, the same for all methods
 * @param dangerous fraction of dangerous examples in pretraining
 * @param borderline fraction of harmless requests for invented things in pretraining
 * @param safety fraction of dangerous examples in tuning and preferences
 * @param triples dangerous requests with a safe and an unsafe answer, from which tuning draws
 * @param utility requests with a helpful answer, from which tuning also draws
 * @param borderlineUtility fraction of these that is about things of dangerous families
 * @param promptsPerSet size of the evaluation sets
 * @param maxNewTokens of an answer, discarded tokens included
 */
public record SafetySettings(
    int pretraining,
    int tuning,
    int preferences,
    double dangerous,
    double borderline,
    double safety,
    int triples,
    int utility,
    double borderlineUtility,
    int promptsPerSet,
    int maxNewTokens) {
  /** The settings of the published tables. */
  public static SafetySettings standard() {
    return new SafetySettings(28_800, 9_600, 960, 0.30, 0.15, 0.30, 400, 6000, 0.50, 150, 64);
  }
}
