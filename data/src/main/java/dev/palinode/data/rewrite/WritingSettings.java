package dev.palinode.data.rewrite;

import java.util.Locale;

/**
 * Settings for a model that writes replacements.
 *
 * @param mode how the model is prompted to continue an answer
 * @param temperature sampling temperature, 0 or more; 0.7 in the paper
 * @param maxTokens maximum number of tokens of a completion, 1 or more
 */
public record WritingSettings(WritingMode mode, double temperature, int maxTokens) {
  public WritingSettings {
    if (!(temperature >= 0) || maxTokens < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "temperature %s, at most %d tokens: expected 0 or more, and at least 1",
              temperature,
              maxTokens));
    }
  }

  /** The part of a generator's identity that depends on these settings. */
  String identity() {
    return String.format(Locale.ROOT, "%s temperature %s, %d tokens", mode, temperature, maxTokens);
  }
}
