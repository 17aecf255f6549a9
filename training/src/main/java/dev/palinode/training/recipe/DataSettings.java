package dev.palinode.training.recipe;

import dev.palinode.data.format.Formats;
import java.nio.file.Path;

/**
 * What a recipe trains on.
 *
 * @param data file of preferences, of safe and unsafe answers, or of conversations; or a folder of
 *     such files
 * @param dataFormat their layout: the name of a format, a mapping of columns, or {@code auto}, as
 *     {@link Formats#chosen} takes them
 * @param maxLength most tokens of a training sequence; at most the model's context
 * @param overlong what is done with a conversation that is longer
 * @param validationShare fraction of the examples that are kept from training, drawn by the seed, 0
 *     to 0.5
 */
record DataSettings(
    Path data, String dataFormat, int maxLength, Overlong overlong, double validationShare) {
  /** What is done with an example whose longest sequence exceeds {@code max_length}. */
  enum Overlong {
    /** It is left out, and counted. */
    DROP,
    /**
     * The oldest exchanges of its conversation are left out until it fits, and it is counted; it is
     * dropped if even the last question alone does not fit.
     */
    TRUNCATE_OLDEST_TURNS
  }

  DataSettings {
    new Checks()
        .require(maxLength >= 8, "max_length", maxLength, "8 or more")
        .require(
            validationShare >= 0 && validationShare <= 0.5,
            "validation_share",
            validationShare,
            "a fraction of the examples, 0 to 0.5")
        .accept("data_format", () -> Formats.chosen(dataFormat))
        .done();
  }
}
