package dev.palinode.server.engine;

import java.util.Optional;

/**
 * A request that was not accepted, or not answered. The message is for the client: it says what is
 * wrong and what to do, and holds no text of other requests.
 */
public final class EngineException extends Exception {
  private static final long serialVersionUID = 1;

  /** The kind of problem, as clients have to tell them apart. */
  public enum Kind {
    /** The request can never be answered here: a wrong value, or a prompt that is too long. */
    INVALID,
    /** There is no such model. */
    UNKNOWN_MODEL,
    /** There is no room now; the same request may be accepted in a moment. */
    BUSY,
    /** The engine, or every server behind it, does not work or is being shut down. */
    UNAVAILABLE,
    /** The request met an error while it was being answered. */
    FAILED,
    /** A server behind the engine failed, or gave an answer that is none. */
    UPSTREAM
  }

  private final Kind kind;
  private final Optional<String> field;

  /** A problem of the whole request. */
  public EngineException(Kind kind, String message) {
    super(message);
    this.kind = kind;
    this.field = Optional.empty();
  }

  /** A problem of the whole request, with a cause. */
  public EngineException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.field = Optional.empty();
  }

  private EngineException(String field, String message) {
    super(message);
    this.kind = Kind.INVALID;
    this.field = Optional.of(field);
  }

  /**
   * A wrong value of a field.
   *
   * @param field its name in the request, such as {@code palinode.guards}
   */
  public static EngineException invalid(String field, String message) {
    return new EngineException(field, message);
  }

  /** The answer was ended before it was complete: by its client, or as the server shuts down. */
  public static EngineException ended() {
    return new EngineException(Kind.UNAVAILABLE, "the request was ended");
  }

  public Kind kind() {
    return kind;
  }

  /** The field that is wrong, if it is one. */
  public Optional<String> field() {
    return field;
  }
}
