package dev.palinode.data.replacement;

import java.util.Locale;

/**
 * How replacements are made.
 *
 * @param discretion what the writing model is told
 * @param attempts most completions written for one mention until one is clean, 1 or more
 * @param together most mentions that are worked on at once, 1 or more
 * @param seed of all random numbers
 */
public record ReplacementSettings(Discretion discretion, int attempts, int together, long seed) {
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
