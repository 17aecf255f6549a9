package dev.palinode.endpoint;

import org.jspecify.annotations.Nullable;

/**
 * A failed request to an endpoint. The message names the endpoint, its reply, and what to do; it
 * never holds a key.
 *
 * <p>There are two kinds, which a run over many rows must treat differently:
 *
 * <ul>
 *   <li><em>Permanent</em>: other requests would fail too. The address, the key or the model is
 *       wrong, the server is down, or it refuses work even after the last retry. A run stops.
 *   <li>Otherwise only this request failed: it is too long for the model, caused a server error,
 *       timed out, or its response is not a completion. The next one may succeed.
 * </ul>
 */
public final class EndpointException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean isPermanent;

  EndpointException(String message, boolean isPermanent, @Nullable Throwable cause) {
    super(message, cause);
    this.isPermanent = isPermanent;
  }

  /** A failure of one request. */
  static EndpointException ofRequest(String message) {
    return new EndpointException(message, false, null);
  }

  /** A failure of all requests. */
  public static EndpointException permanent(String message, @Nullable Throwable cause) {
    return new EndpointException(message, true, cause);
  }

  /** Whether other requests would fail too. */
  public boolean isPermanent() {
    return isPermanent;
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
