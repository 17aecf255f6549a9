package dev.palinode.endpoint;

import org.jspecify.annotations.Nullable;

/**
 * An endpoint gave no answer. The message says which one, what it replied, and what to do; it never
 * holds a key.
 *
 * <p>Two kinds, since whoever asks about many rows must treat them differently:
 *
 * <ul>
 *   <li><em>Permanent</em>: another request would fare no better. The address, the key or the model
 *       is wrong, the server is down, or it refuses work even after the last retry. A run stops.
 *   <li>Otherwise this request failed: it is too long for the model, made the server stumble, took
 *       too long, or was answered with what is no answer. The next one may succeed.
 * </ul>
 */
public final class EndpointException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean isPermanent;

  EndpointException(String message, boolean isPermanent, @Nullable Throwable cause) {
    super(message, cause);
    this.isPermanent = isPermanent;
  }

  /** Trouble of one request. */
  static EndpointException ofRequest(String message) {
    return new EndpointException(message, false, null);
  }

  /** Trouble of all requests. */
  public static EndpointException permanent(String message, @Nullable Throwable cause) {
    return new EndpointException(message, true, cause);
  }

  /** Whether no other request would fare better. */
  public boolean isPermanent() {
    return isPermanent;
  }

  /** The message; an exception always has one. */
  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
