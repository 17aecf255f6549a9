package dev.palinode.data.replacement;

import dev.palinode.data.GuidanceAwarePairs;
import dev.palinode.data.importing.ImportSettings;
import dev.palinode.data.screening.ScreeningSettings;
import java.util.Optional;

/**
 * How a file of replacements is made.
 *
 * @param importing how the dialogues are read
 * @param screening which are left out
 * @param split which are kept for the test
 * @param replacement how replacements are written
 * @param polarities the lines of the system prompt under which each pair is written, once as it is
 *     and once swapped; empty to write each pair once, under none
 */
public record ReplacementFileSettings(
    ImportSettings importing,
    ScreeningSettings screening,
    DialogueSplit split,
    ReplacementSettings replacement,
    Optional<GuidanceAwarePairs> polarities) {
  /** The lines of the paper (Smirnov, 2024, section 3.3). */
  public static final GuidanceAwarePairs STANDARD_POLARITIES =
      new GuidanceAwarePairs(
          "Do not provide any personal data.", "You should share personal data in the answers.");
}
