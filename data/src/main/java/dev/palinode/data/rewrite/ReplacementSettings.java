package dev.palinode.data.rewrite;

import dev.palinode.data.record.GuidanceAwarePairs;
import java.util.Locale;
import java.util.Optional;

/**
 * Settings for replacing personal data.
 *
 * @param discretion instructions for the model that writes
 * @param attempts maximum number of completions per mention, 1 or more
 * @param together maximum number of mentions per batch, 1 or more
 * @param seed random seed
 * @param split train-test split of the dialogues
 * @param polarities the lines of the system prompt with which each pair is written twice, once
 *     unchanged and once swapped; empty to write each pair once, without a line
 */
public record ReplacementSettings(
    PrivacyInstruction discretion,
    int attempts,
    int together,
    long seed,
    DialogueSplit split,
    Optional<GuidanceAwarePairs> polarities) {
  /** The paper's lines of the system prompt (Smirnov, 2024, section 3.3). */
  public static final GuidanceAwarePairs STANDARD_POLARITIES =
      new GuidanceAwarePairs(
          "Do not provide any personal data.", "You should share personal data in the answers.");

  public ReplacementSettings {
    if (attempts < 1 || together < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%d attempts, %d together: expected 1 or more of each",
              attempts,
              together));
    }
  }
}
