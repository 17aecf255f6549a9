package dev.palinode.endpoint;

import dev.palinode.text.Printable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Set;
import javax.net.ssl.SSLException;

/**
 * A failed request.
 *
 * @param problem thrown if the request is not repeated
 * @param isRetryable whether the same request may succeed later
 * @param asked how long the server asks to wait first; zero if it does not say
 */
record HttpFailure(EndpointException problem, boolean isRetryable, Duration asked) {
  /** A longer wait that a server asks for is a failure. */
  static final Duration LONGEST_WAIT = Duration.ofMinutes(2);

  /** The statuses that depend on the request: another one may succeed. */
  private static final Set<Integer> OF_REQUEST =
      Set.of(400, 408, 409, 413, 422, 425, 500, 502, 504);

  /** The statuses below 500 that OpenAI's own clients retry. */
  private static final Set<Integer> RETRIED = Set.of(408, 409, 425, 429);

  /**
   * A status other than 200.
   *
   * @param key is redacted: some servers repeat a rejected one
   */
  static HttpFailure of(Endpoint endpoint, HttpResponse<byte[]> response, String key) {
    String reply = ErrorMessage.of(response.body(), key);
    int status = response.statusCode();
    Duration wait = retryAfter(response.headers());
    boolean isShortWait = wait.compareTo(LONGEST_WAIT) <= 0;
    String message =
        "%s: status %s%s: %s"
            .formatted(
                response.uri(),
                status,
                reply.isEmpty() ? "" : ", " + reply,
                isShortWait
                    ? advice(endpoint, status)
                    : "the server wants to be left alone for " + wait.toSeconds() + " s");
    return new HttpFailure(
        new EndpointException(message, status >= 300 && !OF_REQUEST.contains(status), null),
        isShortWait && (RETRIED.contains(status) || (status >= 500 && status != 501)),
        wait);
  }

  static HttpFailure of(Endpoint endpoint, URI address, IOException problem) {
    String words = Printable.escape(String.valueOf(problem.getMessage()));
    boolean isUnreachable =
        problem instanceof ConnectException || problem instanceof HttpConnectTimeoutException;
    boolean isInsecure = problem instanceof SSLException;
    boolean isTooLarge = problem instanceof LimitedBody.TooLarge;
    String what = "the connection broke: " + words;
    if (isUnreachable) {
      what = "no connection: is the server running, and is this its address?";
    } else if (isInsecure) {
      what = "no secure connection (" + words + "): http or https?";
    } else if (isTooLarge) {
      what = "the response is " + words + ": no completion is";
    } else if (problem instanceof HttpTimeoutException) {
      what =
          "no complete response within %s s: allow more time, or send fewer requests at once"
              .formatted(endpoint.timeout().toMillis() / 1000.0);
    }
    return new HttpFailure(
        new EndpointException(address + ": " + what, isUnreachable || isInsecure, problem),
        !isInsecure && !isTooLarge,
        Duration.ZERO);
  }

  private static String advice(Endpoint endpoint, int status) {
    String key = endpoint.keyVariable();
    return switch (status) {
      case 301, 302, 303, 307, 308 -> "give the address that it redirects to";
      case 401, 403 ->
          key == null
              ? "it wants a key: name the environment variable that holds it"
              : "it does not take the key in the environment variable " + key;
      case 404, 405 ->
          "no such resource, or no model \"%s\" there; the URL usually ends in /v1"
              .formatted(endpoint.model());
      case 400, 413, 422 -> "it does not take this request";
      case 429 -> "send fewer requests at once, or come back later";
      default -> status >= 500 ? "its log should say more" : "no completion";
    };
  }

  /** A number of seconds, or the time until a date; zero if missing or invalid. */
  private static Duration retryAfter(HttpHeaders headers) {
    String value = headers.firstValue("Retry-After").orElse("").strip();
    if (value.matches("\\d{1,9}")) {
      return Duration.ofSeconds(Long.parseLong(value));
    }
    try {
      ZonedDateTime date = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME);
      Duration until = Duration.between(ZonedDateTime.now(date.getZone()), date);
      return until.isNegative() ? Duration.ZERO : until;
    } catch (DateTimeParseException e) {
      return Duration.ZERO;
    }
  }
}
