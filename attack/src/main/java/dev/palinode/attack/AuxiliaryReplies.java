package dev.palinode.attack;

/**
 * Counts of the requests to an auxiliary model.
 *
 * @param asked all requests
 * @param failed those without a usable reply
 * @param error of the first of these; empty if there is none
 */
public record AuxiliaryReplies(long asked, long failed, String error) {
  /** Nothing was asked. */
  public static final AuxiliaryReplies NONE = new AuxiliaryReplies(0, 0, "");

  /** Those of both. */
  public AuxiliaryReplies plus(AuxiliaryReplies other) {
    return new AuxiliaryReplies(
        asked + other.asked, failed + other.failed, error.isEmpty() ? other.error : error);
  }
}
