package dev.palinode.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/**
 * An HTTP server with the OpenAI API that returns scripted replies, and then repeats the last one.
 */
public final class ScriptedServer implements AutoCloseable {
  /** Answers one request. */
  @FunctionalInterface
  public interface Reply {
    void to(HttpExchange exchange) throws IOException;
  }

  /**
   * A received request.
   *
   * @param authorization the header of that name; {@code null} in letters if there was none
   */
  public record Request(String path, String authorization, String body) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Function<Request, Reply> replies;
  private final List<Request> requests = Collections.synchronizedList(new ArrayList<>());

  /** A server on a free port. */
  public ScriptedServer(Reply... script) {
    this(inTurn(new ArrayDeque<>(List.of(script))));
  }

  /**
   * A server on a free port whose replies depend on the request; the function is called by several
   * threads.
   */
  public ScriptedServer(Function<Request, Reply> replies) {
    this.replies = replies;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  private static Function<Request, Reply> inTurn(Deque<Reply> script) {
    return request -> {
      synchronized (script) {
        return script.size() > 1 ? script.remove() : script.element();
      }
    };
  }

  private void handle(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    Request request = new Request(exchange.getRequestURI().getPath(), "" + authorization, body);
    requests.add(request);
    try (exchange) {
      replies.apply(request).to(exchange);
    }
  }

  /** The URL that resources are below. */
  public URI base() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1");
  }

  /** The requests received so far. */
  public List<Request> requests() {
    return List.copyOf(requests);
  }

  /** Replies with a status and a body. */
  public static Reply json(int status, String body) {
    return exchange -> send(exchange, status, body.getBytes(StandardCharsets.UTF_8));
  }

  /** A chat completion with this text. */
  public static Reply says(String text) {
    String quoted = '"' + text.replace("\n", "\\n").replace("\"", "\\\"") + '"';
    return json(
        200,
        "{\"choices\": [{\"message\": {\"role\": \"assistant\", \"content\": "
            + quoted
            + "}, \"finish_reason\": \"stop\"}]}");
  }

  /** The same reply with one header more. */
  public static Reply withHeader(String name, String value, Reply reply) {
    return exchange -> {
      exchange.getResponseHeaders().set(name, value);
      reply.to(exchange);
    };
  }

  /** Sends headers and half a body, and then nothing. */
  public static Reply stalls() {
    return exchange -> {
      exchange.sendResponseHeaders(200, 100);
      exchange.getResponseBody().write("{\"choices\"".getBytes(StandardCharsets.UTF_8));
      exchange.getResponseBody().flush();
      try {
        Thread.sleep(20_000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    };
  }

  private static void send(HttpExchange exchange, int status, byte[] bytes) throws IOException {
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
