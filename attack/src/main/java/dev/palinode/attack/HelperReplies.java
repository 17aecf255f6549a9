package dev.palinode.attack;

/**
 * What came of the requests to a model that helps an attack.
 *
 * @param asked all requests
 * @param failed those without a usable reply
 * @param error of the first of these; empty if there is none
 */
public record HelperReplies(long asked, long failed, String error) {
  /** Nothing was asked. */
  public static final HelperReplies NONE = new HelperReplies(0, 0, "");

  /** Those of both. */
  public HelperReplies plus(HelperReplies other) {
    return new HelperReplies(
        asked + other.asked, failed + other.failed, error.isEmpty() ? other.error : error);
  }
}
