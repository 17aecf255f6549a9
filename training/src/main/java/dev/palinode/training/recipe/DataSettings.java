package dev.palinode.training.recipe;

import java.nio.file.Path;

/**
 * What a recipe trains on.
 *
 * @param data file of preferences or of safe and unsafe answers
 * @param dataFormat its layout
 * @param maxLength most tokens of a training sequence; at most the model's context
 * @param overlong what is done with a conversation that is longer
 * @param validationShare share of the examples that are kept from training, drawn by the seed, 0 to
 *     0.5
 */
public record DataSettings(
    Path data, DataFormat dataFormat, int maxLength, Overlong overlong, double validationShare) {
  /** Layouts of data files. */
  public enum DataFormat {
    /** Whole transcripts under {@code chosen} and {@code rejected}, as Anthropic's HH-RLHF. */
    HH_RLHF,
    /**
     * {@code prompt}, {@code chosen} and, but for utility data, {@code rejected}, as text or as
     * messages: TRL's preference format.
     */
    PREFERENCE
  }

  /** What is done with an example whose longest sequence exceeds {@code max_length}. */
  public enum Overlong {
    /** It is left out, and counted. */
    DROP,
    /**
     * The oldest exchanges of its conversation are left out until it fits, and it is counted; it is
     * dropped if even the last question alone does not fit.
     */
    CUT
  }

  public DataSettings {
    new Checks()
        .require(maxLength >= 8, "max_length", maxLength, "8 or more")
        .require(
            validationShare >= 0 && validationShare <= 0.5,
            "validation_share",
            validationShare,
            "a share of the examples, 0 to 0.5")
        .done();
  }
}
