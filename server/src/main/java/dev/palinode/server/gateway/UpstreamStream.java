package dev.palinode.server.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.endpoint.ErrorMessage;
import dev.palinode.server.engine.EngineException;
import dev.palinode.server.engine.EngineException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The events of an upstream's answer. Read by one thread; closing it, by any thread, ends the
 * upstream's request and the wait for an event.
 */
final class UpstreamStream implements AutoCloseable {
  private static final String DONE = "[DONE]";

  private final InputStream body;
  private final SseReader events;
  private final String key;
  private final Consumer<UpstreamStream> onClose;
  private volatile long lastEvent = System.nanoTime();
  private volatile boolean isSilent;

  /**
   * @param key is redacted in error messages
   */
  UpstreamStream(InputStream body, String key, Consumer<UpstreamStream> onClose) {
    this.body = body;
    this.events = new SseReader(body);
    this.key = key;
    this.onClose = onClose;
  }

  /**
   * The next event; empty at the end of the stream.
   *
   * @throws EngineException if it is an error, or the connection broke
   */
  Optional<Chunk> next() throws EngineException {
    try {
      Optional<String> data = events.next();
      lastEvent = System.nanoTime();
      if (data.isEmpty() || data.get().strip().equals(DONE)) {
        return Optional.empty();
      }
      return Optional.of(chunk(data.get()));
    } catch (JsonProcessingException e) {
      throw new EngineException(Kind.UPSTREAM, "an upstream sent something that is not JSON");
    } catch (IOException e) {
      throw new EngineException(
          Kind.UPSTREAM,
          isSilent ? "an upstream sent nothing for too long" : "an upstream broke off",
          e);
    }
  }

  private Chunk chunk(String data) throws EngineException, JsonProcessingException {
    JsonNode event = UpstreamClient.JSON.readTree(data);
    boolean isError = event.hasNonNull("error") || event.path("object").asText().equals("error");
    if (isError) {
      String message = ErrorMessage.of(data.getBytes(StandardCharsets.UTF_8), key);
      throw new EngineException(Kind.UPSTREAM, "an upstream failed: " + message);
    }
    return Chunk.of(event);
  }

  /** The beginning of a body that is no stream of events. */
  byte[] beginning(int bytes) {
    try {
      return body.readNBytes(bytes);
    } catch (IOException e) {
      return new byte[0];
    }
  }

  /** Ends the stream if nothing came for so long. */
  void endIfSilent(Duration silence) {
    if (System.nanoTime() - lastEvent > silence.toNanos()) {
      isSilent = true;
      close();
    }
  }

  @Override
  public void close() {
    onClose.accept(this);
    try {
      body.close(); // not the reader, whose lock the reading thread holds
    } catch (IOException e) {
      // It is not needed any more.
    }
  }
}
