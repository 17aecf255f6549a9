package dev.palinode.endpoint;

/**
 * What a served model has written.
 *
 * @param text as it came, white space around it included; may be empty
 * @param finishReason why it ended, in the server's words: {@code stop}, {@code length}, {@code
 *     content_filter} or another; empty if the server gave none
 */
public record Completion(String text, String finishReason) {
  /** Whether the text would have gone on: it came to its limit, or was filtered. */
  public boolean isCutOff() {
    return finishReason.equals("length") || finishReason.equals("content_filter");
  }
}
