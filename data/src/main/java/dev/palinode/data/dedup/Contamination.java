package dev.palinode.data.dedup;

/**
 * The evaluation prompt that a text contains.
 *
 * @param source the data set of the prompt
 * @param number which of its prompts it is
 * @param how in what way
 * @param share of the prompt's fingerprint that is in the text, up to 1; 1 unless the prompt is
 *     {@link How#NEAR}
 */
public record Contamination(String source, int number, How how, double share) {
  /** In what way a prompt is in a text. */
  public enum How {
    /** The text has the prompt's words and no others. */
    WHOLE_TEXT,
    /** The prompt's words are in the text, one after the other, with others around them. */
    VERBATIM,
    /** Most of the prompt's runs of words are in the text. */
    NEAR
  }
}
