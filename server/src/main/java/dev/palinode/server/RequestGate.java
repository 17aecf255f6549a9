package dev.palinode.server;

import dev.palinode.server.api.ApiException;
import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/** What every request has to pass before it is read. */
record RequestGate(ServerSettings settings) {
  /** The header that identifies a request, in both directions. */
  static final String REQUEST_ID = "X-Request-Id";

  private static final int PIECE = 8192;

  /** Bytes of a body a second, after {@link ServerSettings#stall}; less holds a thread for long. */
  private static final int SLOWEST = 4096;

  private static final Duration LINGER = Duration.ofSeconds(2);

  /** Refused requests that may hold a thread for that long; the other threads answer. */
  private static final Semaphore LINGERING = new Semaphore(32);

  private static final long LOOK_MILLIS = 5;

  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  /** The page needs nothing but its own files, and nobody may frame it. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  /** Whether the server can be reached from this machine only. */
  static boolean isLoopback(String host) {
    return LOOPBACK.contains(host) || host.equals("::1");
  }

  /** The client's id of a request if it is usable, otherwise a new one. */
  static String requestId(Optional<String> given) {
    return given
        .filter(id -> id.matches("[A-Za-z0-9._-]{1,64}"))
        .orElseGet(() -> UUID.randomUUID().toString());
  }

  /** Sets the headers that every response has. */
  void headers(Context context) {
    context.header(REQUEST_ID, requestId(Optional.ofNullable(context.header(REQUEST_ID))));
    context.header("Content-Security-Policy", POLICY);
    context.header("X-Content-Type-Options", "nosniff");
    context.header("Referrer-Policy", "no-referrer");
  }

  /**
   * Refuses a page of the web that reaches this machine under a name of its own (DNS rebinding).
   * Where keys are needed, such a page has none.
   */
  void checkHost(Context context) {
    if (!isLoopback(settings.host()) || settings.keys().areNeeded()) {
      return;
    }
    String host = Optional.ofNullable(context.header("Host")).orElse("");
    if (!LOOPBACK.contains(host.replaceFirst(":[0-9]+$", "").toLowerCase(Locale.ROOT))) {
      throw ApiException.http(
          403,
          "host_not_allowed",
          "this server answers requests to localhost only; give it --host or --api-key-file for"
              + " others");
    }
  }

  /** Refuses a request without one of the keys, if keys are needed. */
  void checkKey(Context context) {
    boolean isPreflight = context.method().name().equals("OPTIONS");
    Optional<String> header = Optional.ofNullable(context.header("Authorization"));
    if (!isPreflight && !settings.keys().accept(header)) {
      context.header("WWW-Authenticate", "Bearer");
      throw ApiException.http(
          401, "invalid_api_key", "no valid key in the header \"Authorization: Bearer KEY\"");
    }
  }

  /** The body of a request, which has to be JSON: web pages cannot send that unasked. */
  byte[] body(Context context) {
    String type = Optional.ofNullable(context.contentType()).orElse("");
    if (!type.toLowerCase(Locale.ROOT).replaceFirst("\\s*;.*", "").equals("application/json")
        || context.header("Content-Encoding") != null) {
      throw ApiException.http(
          415, "unsupported_media_type", "expected the header \"Content-Type: application/json\"");
    }
    int most = settings.limits().bodyBytes();
    try (InputStream in = context.req().getInputStream()) {
      boolean isTooLong = context.req().getContentLengthLong() > most;
      byte[] body = isTooLong ? new byte[0] : read(in, most + 1);
      if (isTooLong || body.length > most) {
        throw ApiException.http(413, "body_too_large", "the body has more than " + most + " bytes");
      }
      return body;
    } catch (IOException e) {
      throw ExceptionUtils.indexOfType(e, TimeoutException.class) < 0
          ? ApiException.malformed("the body cannot be read")
          : late();
    }
  }

  /**
   * Takes in what has not been read of a refused request, within bounds. A connection that is
   * closed while the client still writes loses the answer: the client sees a broken pipe. Neither a
   * slow client nor one of too many is waited for, nor one that asks before it sends (Expect).
   */
  void discardBody(Context context) throws InterruptedException {
    boolean isLate = context.statusCode() == 408;
    if (!isLate && context.header("Expect") == null && LINGERING.tryAcquire()) {
      try {
        discardRest(context);
      } finally {
        LINGERING.release();
      }
    }
  }

  private void discardRest(Context context) throws InterruptedException {
    Request request = ServletContextRequest.getServletContextRequest(context.req());
    long end = System.nanoTime() + LINGER.toNanos();
    long left = settings.limits().bodyBytes();
    while (left >= 0 && System.nanoTime() < end) {
      Content.Chunk chunk = request.read();
      if (chunk == null) {
        Thread.sleep(LOOK_MILLIS);
        continue;
      }
      left -= chunk.remaining();
      chunk.release();
      if (chunk.isLast() || Content.Chunk.isFailure(chunk)) {
        return;
      }
    }
  }

  /** Reads to the end or {@code most} bytes, while they do not come too slowly. */
  private byte[] read(InputStream in, int most) throws IOException {
    long began = System.nanoTime();
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    byte[] piece = new byte[PIECE];
    while (body.size() < most) {
      int count = in.read(piece, 0, Math.min(PIECE, most - body.size()));
      if (count < 0) {
        break;
      }
      body.write(piece, 0, count);
      Duration limit = settings.stall().plusSeconds(body.size() / SLOWEST);
      if (System.nanoTime() - began > limit.toNanos()) {
        throw late();
      }
    }
    return body.toByteArray();
  }

  private static ApiException late() {
    return ApiException.http(408, "request_timeout", "the body did not come in time");
  }
}
