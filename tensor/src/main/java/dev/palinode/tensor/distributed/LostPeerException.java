package dev.palinode.tensor.distributed;

/**
 * Another process of a {@link ProcessGroup} ended, froze, or never connected. The group is
 * unusable; this process should end too. The message says which process waited for which operation,
 * how long, and what to do.
 */
public final class LostPeerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public LostPeerException(String message, Throwable cause) {
    super(message, cause);
  }
}
