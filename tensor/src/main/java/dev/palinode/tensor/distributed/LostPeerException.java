package dev.palinode.tensor.distributed;

/**
 * Another process of a {@link ProcessGroup} ended, froze, or never came. The group is of no use any
 * more; this process should end too. The message says who waited for what, how long, and what to
 * do.
 */
public final class LostPeerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message for people
   * @param cause what libtorch said
   */
  public LostPeerException(String message, Throwable cause) {
    super(message, cause);
  }
}
