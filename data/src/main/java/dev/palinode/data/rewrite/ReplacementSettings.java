package dev.palinode.data.rewrite;

import dev.palinode.data.record.GuidanceAwarePairs;
import java.util.Locale;
import java.util.Optional;

/**
 * How replacements are made.
 *
 * @param discretion instructions to the writing model
 * @param attempts most completions written for one mention until one is clean, 1 or more
 * @param together most mentions that are worked on at once, 1 or more
 * @param seed of all random numbers
 * @param split which dialogues are kept for the test
 * @param polarities the lines of the system prompt under which each pair is written, once as it is
 *     and once swapped; empty to write each pair once, under none
 */
public record ReplacementSettings(
    PrivacyInstruction discretion,
    int attempts,
    int together,
    long seed,
    DialogueSplit split,
    Optional<GuidanceAwarePairs> polarities) {
  /** The lines of the paper (Smirnov, 2024, section 3.3). */
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
