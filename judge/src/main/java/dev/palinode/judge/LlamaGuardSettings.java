package dev.palinode.judge;

import java.util.List;

/**
 * Prompt and threshold of a {@link LlamaGuard}.
 *
 * @param version the form of the prompt
 * @param categories the policy: the kinds of unsafe content; codes must differ
 * @param threshold a text is unsafe from this probability on; between 0 and 1, both excluded
 */
public record LlamaGuardSettings(
    LlamaGuardVersion version, List<SafetyCategory> categories, double threshold) {
  /** The threshold of the Llama Guard 2 model card. */
  public static final double DEFAULT_THRESHOLD = 0.5;

  public LlamaGuardSettings {
    categories = List.copyOf(categories);
    if (categories.isEmpty()) {
      throw new IllegalArgumentException("a policy needs at least one category");
    }
    long codes = categories.stream().map(SafetyCategory::code).distinct().count();
    if (codes < categories.size()) {
      throw new IllegalArgumentException("two categories have the same code: " + categories);
    }
    if (!(threshold > 0 && threshold < 1)) {
      throw new IllegalArgumentException(
          "threshold is " + threshold + ": expected a number between 0 and 1, both excluded");
    }
  }

  /** The version's own categories, and the default threshold. */
  public static LlamaGuardSettings of(LlamaGuardVersion version) {
    return new LlamaGuardSettings(version, version.categories(), DEFAULT_THRESHOLD);
  }

  /** These settings with another policy. */
  public LlamaGuardSettings withCategories(List<SafetyCategory> others) {
    return new LlamaGuardSettings(version, others, threshold);
  }

  /** These settings with another threshold. */
  public LlamaGuardSettings withThreshold(double other) {
    return new LlamaGuardSettings(version, categories, other);
  }
}
