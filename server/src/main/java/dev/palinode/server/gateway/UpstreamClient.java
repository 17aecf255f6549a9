package dev.palinode.server.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.palinode.endpoint.ErrorMessage;
import dev.palinode.server.engine.EngineException;
import dev.palinode.server.engine.EngineException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.commons.lang3.concurrent.BasicThreadFactory;

/**
 * Sends requests to upstreams. Redirects are not followed, as they would pass on the key.
 * Thread-safe.
 */
final class UpstreamClient implements AutoCloseable {
  private static final Duration CONNECTING = Duration.ofSeconds(5);
  private static final int LONGEST_ERROR = 64 << 10;

  static final ObjectMapper JSON = new ObjectMapper();

  private final String key;
  private final Duration silence;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(Version.HTTP_1_1) // some servers fail if HTTP/2 is offered
          .followRedirects(Redirect.NEVER)
          .connectTimeout(CONNECTING)
          .build();
  private final Set<UpstreamStream> open = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          BasicThreadFactory.builder().namingPattern("palinode-silence").daemon().build());

  /**
   * @param key sent to all upstreams; empty for none
   * @param silence the longest that an upstream may send nothing
   */
  UpstreamClient(String key, Duration silence) {
    this.key = key;
    this.silence = silence;
    long pause = Math.max(10, Math.min(1000, silence.toMillis() / 4));
    var unused = clock.scheduleWithFixedDelay(this::endSilent, pause, pause, TimeUnit.MILLISECONDS);
  }

  private void endSilent() {
    open.forEach(stream -> stream.endIfSilent(silence));
  }

  /** Gets JSON within {@code limit}; a status other than 200 is an {@link IOException}. */
  JsonNode get(URI address, Duration limit) throws IOException, InterruptedException {
    return json(request(address).timeout(limit).GET().build());
  }

  /** Posts JSON, and returns the response's as {@link #get} does. */
  JsonNode post(URI address, JsonNode body, Duration limit)
      throws IOException, InterruptedException {
    return json(
        request(address).timeout(limit).POST(BodyPublishers.ofString(body.toString())).build());
  }

  /** The status of a resource. */
  int status(URI address, Duration limit) throws IOException, InterruptedException {
    return http.send(request(address).timeout(limit).GET().build(), BodyHandlers.discarding())
        .statusCode();
  }

  private JsonNode json(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<byte[]> response = http.send(request, BodyHandlers.ofByteArray());
    if (response.statusCode() != 200) {
      throw new IOException(
          request.uri().getPath()
              + ": status "
              + response.statusCode()
              + " "
              + ErrorMessage.of(response.body(), key));
    }
    return JSON.readTree(response.body());
  }

  /**
   * Starts an answer; its events follow as they come.
   *
   * @throws EngineException if there is none
   * @throws CancellationException if it was cancelled
   */
  UpstreamStream stream(URI address, JsonNode body, Cancellation cancellation)
      throws EngineException {
    HttpRequest request =
        request(address)
            .timeout(silence)
            .header("Accept", "text/event-stream")
            .POST(BodyPublishers.ofString(body.toString()))
            .build();
    HttpResponse<InputStream> response = respond(request, cancellation);
    UpstreamStream stream = new UpstreamStream(response.body(), key, open::remove);
    open.add(stream);
    cancellation.onCancel(stream::close);
    if (response.statusCode() != 200) {
      try (stream) {
        throw failure(response.statusCode(), stream.beginning(LONGEST_ERROR));
      }
    }
    return stream;
  }

  /**
   * The response. Where the connection breaks, the request is sent once more: an upstream may close
   * a connection that was kept open just then, and the JDK's client repeats no POST.
   */
  private HttpResponse<InputStream> respond(HttpRequest request, Cancellation cancellation)
      throws EngineException {
    for (boolean isFirst = true; ; isFirst = false) {
      try {
        return await(request, cancellation);
      } catch (HttpTimeoutException e) {
        throw new EngineException(Kind.UPSTREAM, "an upstream did not answer in time", e);
      } catch (IOException e) {
        if (!isFirst || e instanceof ConnectException) {
          throw new EngineException(Kind.UNAVAILABLE, "an upstream cannot be reached", e);
        }
      }
    }
  }

  private HttpResponse<InputStream> await(HttpRequest request, Cancellation cancellation)
      throws IOException {
    CompletableFuture<HttpResponse<InputStream>> sent =
        http.sendAsync(request, BodyHandlers.ofInputStream());
    cancellation.onCancel(() -> sent.cancel(true));
    try {
      return sent.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
    } catch (InterruptedException e) {
      sent.cancel(true);
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    }
  }

  private EngineException failure(int status, byte[] body) {
    String reply = ErrorMessage.of(body, key);
    return switch (status) {
      case 400, 413, 422 ->
          new EngineException(Kind.INVALID, "the upstream does not take this request: " + reply);
      case 429 -> new EngineException(Kind.BUSY, "the upstreams have too much to do: try again");
      case 503 -> new EngineException(Kind.UNAVAILABLE, "an upstream is not available now");
      default -> new EngineException(Kind.UPSTREAM, "an upstream failed with status " + status);
    };
  }

  private HttpRequest.Builder request(URI address) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address).header("Content-Type", "application/json");
    return key.isEmpty() ? request : request.header("Authorization", "Bearer " + key);
  }

  /** Breaks off all answers. */
  @Override
  public void close() {
    clock.shutdownNow();
    open.forEach(UpstreamStream::close);
  }
}
