package dev.palinode.endpoint;

/**
 * The text that a served model has generated.
 *
 * @param text unchanged, with white space around it; may be empty
 * @param finishReason as the server gives it: {@code stop}, {@code length}, {@code content_filter}
 *     or another; empty if the server gave none
 */
public record Completion(String text, String finishReason) {
  /** Whether the text is incomplete: it reached its limit, or was filtered. */
  public boolean isCutOff() {
    return finishReason.equals("length") || finishReason.equals("content_filter");
  }
}
