package dev.palinode.training.recipe;

import dev.palinode.data.format.Formats;
import java.nio.file.Path;

/**
 * Data settings of a recipe.
 *
 * @param data file of preferences, of safe and unsafe answers, or of conversations; or a folder of
 *     such files
 * @param dataFormat their layout: the name of a format, a mapping of columns, or {@code auto}, as
 *     {@link Formats#chosen} takes them
 * @param maxLength maximum tokens of a training sequence, capped at the model's context length
 * @param overlong treatment of longer conversations
 * @param validationFraction fraction of the examples that is held out for validation, drawn by the
 *     seed, 0 to 0.5
 */
record DataSettings(
    Path data, String dataFormat, int maxLength, Overlong overlong, double validationFraction) {
  /** Treatment of an example whose longest sequence exceeds {@code max_length}. */
  enum Overlong {
    /** Drops and counts it. */
    DROP,
    /**
     * Removes the oldest exchanges of its conversation until it fits, and counts it; drops it if
     * even the last question alone does not fit.
     */
    TRUNCATE_OLDEST_TURNS
  }

  DataSettings {
    new Checks()
        .require(maxLength >= 8, "max_length", maxLength, "8 or more")
        .require(
            validationFraction >= 0 && validationFraction <= 0.5,
            "validation_fraction",
            validationFraction,
            "a fraction of the examples, 0 to 0.5")
        .accept("data_format", () -> Formats.chosen(dataFormat))
        .done();
  }
}
