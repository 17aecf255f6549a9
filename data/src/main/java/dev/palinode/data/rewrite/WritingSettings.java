package dev.palinode.data.rewrite;

import java.util.Locale;
import org.apache.commons.lang3.Validate;

/**
 * Settings for a model that writes replacements.
 *
 * @param mode how the model is prompted to continue an answer
 * @param temperature sampling temperature, 0 or more; 0.7 in the paper
 * @param maxTokens maximum number of tokens of a completion, 1 or more
 */
public record WritingSettings(Mode mode, double temperature, int maxTokens) {
  /** How a model is prompted to continue a partial answer. */
  public enum Mode {
    /** With its chat template, and the opening as a prefilled assistant turn. */
    CHAT,
    /** As plain text ({@link PlainDialogue}), for models without a chat template. */
    COMPLETION
  }

  public WritingSettings {
    Validate.isTrue(
        temperature >= 0 && maxTokens >= 1,
        "temperature %s, at most %s tokens: expected 0 or more, and at least 1",
        temperature,
        maxTokens);
  }

  /** The part of a generator's identity that depends on these settings. */
  String identity() {
    return String.format(Locale.ROOT, "%s temperature %s, %d tokens", mode, temperature, maxTokens);
  }
}
