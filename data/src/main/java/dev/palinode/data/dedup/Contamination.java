package dev.palinode.data.dedup;

/**
 * The evaluation prompt that a text contains.
 *
 * @param source the data set of the prompt
 * @param number index of the prompt in the data set
 * @param how kind of match
 * @param share fraction of the prompt's anchors that are in the text; 1 unless the match is {@link
 *     How#NEAR}
 */
public record Contamination(String source, int number, How how, double share) {
  /** How a text matches a prompt. */
  public enum How {
    /** The text has exactly the prompt's words. */
    WHOLE_TEXT,
    /** The prompt's words are contiguous in the text, with others around them. */
    VERBATIM,
    /** Most of the prompt's n-grams are in the text. */
    NEAR
  }
}
