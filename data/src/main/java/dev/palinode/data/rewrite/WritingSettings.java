package dev.palinode.data.rewrite;

import java.util.Locale;

/**
 * How a model writes replacements.
 *
 * @param mode how it is made to go on with an answer
 * @param temperature of sampling, 0 or more; 0.7 in the paper
 * @param maxTokens most tokens of a completion, 1 or more
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

  /** For identities: what else than the model decides what is written. */
  String identity() {
    return String.format(Locale.ROOT, "%s temperature %s, %d tokens", mode, temperature, maxTokens);
  }
}
