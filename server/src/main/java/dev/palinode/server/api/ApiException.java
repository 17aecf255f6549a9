package dev.palinode.server.api;

import dev.palinode.server.engine.EngineException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An error that the client gets, in OpenAI's form. */
public final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private static final String INVALID = "invalid_request_error";

  private final int status;
  private final String type;
  private final @Nullable String field;
  private final @Nullable String code;

  private ApiException(
      int status, String type, @Nullable String field, @Nullable String code, String message) {
    super(message);
    this.status = status;
    this.type = type;
    this.field = field;
    this.code = code;
  }

  /** A wrong value of a field, or a field that is not supported. */
  public static ApiException invalid(String field, String message) {
    return new ApiException(400, INVALID, field, "invalid_value", message);
  }

  /** A request that cannot be understood at all. */
  public static ApiException malformed(String message) {
    return new ApiException(400, INVALID, null, "malformed_request", message);
  }

  /** An error of the HTTP request. */
  public static ApiException http(int status, String code, String message) {
    return new ApiException(status, status < 500 ? INVALID : "server_error", null, code, message);
  }

  /** Sent text would have to be withdrawn, which this client cannot do. */
  public static ApiException withdrawn() {
    return new ApiException(
        500,
        "answer_withdrawn",
        null,
        "answer_withdrawn",
        "the model withdrew text that was already sent; discard the answer. Ask for \"stream_mode\":"
            + " \"buffered\", a larger \"hold_back\", or \"retractable\" if you can remove text");
  }

  /** The answer's error as clients see it. */
  public static ApiException of(EngineException error) {
    String message = Objects.requireNonNullElse(error.getMessage(), error.toString());
    String field = error.field().orElse(null);
    return switch (error.kind()) {
      case INVALID -> new ApiException(400, INVALID, field, "invalid_value", message);
      case UNKNOWN_MODEL -> new ApiException(404, INVALID, "model", "model_not_found", message);
      case BUSY -> new ApiException(429, "rate_limit_error", null, "queue_full", message);
      case UNAVAILABLE -> new ApiException(503, "server_error", null, "unavailable", message);
      case FAILED -> new ApiException(500, "server_error", null, "answer_failed", message);
      case UPSTREAM -> new ApiException(502, "server_error", null, "upstream_failed", message);
    };
  }

  /** The status of the response. */
  public int status() {
    return status;
  }

  /** OpenAI's type of the error. */
  public String type() {
    return type;
  }

  /** The field that is wrong, such as {@code messages[0].role}. */
  public @Nullable String field() {
    return field;
  }

  public @Nullable String code() {
    return code;
  }

  /** What is wrong, for people. */
  public String text() {
    return Objects.requireNonNull(getMessage());
  }
}
