package dev.palinode.server.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import dev.palinode.testkit.ScriptedServer;
import dev.palinode.testkit.ScriptedServer.Reply;
import dev.palinode.testkit.ScriptedServer.Request;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A server with OpenAI's API and one model, {@code toad}, whose answers are scripted. Its tokenizer
 * knows {@code [RESET]} as token 7.
 */
final class FakeUpstream implements AutoCloseable {
  static final int RESET_ID = 7;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String ownedBy;
  private final Function<JsonNode, Reply> answers;
  private final ScriptedServer server;
  private volatile int health = 200;

  /** A server of the kind whose models are {@code ownedBy} this, with answers in turn. */
  FakeUpstream(String ownedBy, Reply... answers) {
    this(ownedBy, inTurn(answers));
  }

  FakeUpstream(String ownedBy, Function<JsonNode, Reply> answers) {
    this.ownedBy = ownedBy;
    this.answers = answers;
    this.server = new ScriptedServer(this::reply);
  }

  private static Function<JsonNode, Reply> inTurn(Reply... answers) {
    List<Reply> left = new ArrayList<>(List.of(answers));
    return body -> {
      synchronized (left) {
        return left.size() > 1 ? left.remove(0) : left.get(0);
      }
    };
  }

  private Reply reply(Request request) {
    return switch (request.path()) {
      case "/health" -> ScriptedServer.json(health, "{}");
      case "/v1/models" ->
          ScriptedServer.json(
              200, "{\"data\": [{\"id\": \"toad\", \"owned_by\": \"" + ownedBy + "\"}]}");
      case "/tokenize" -> ScriptedServer.json(200, "{\"tokens\": [" + RESET_ID + "]}");
      default -> answers.apply(json(request.body()));
    };
  }

  URI base() {
    return server.base();
  }

  /** Whether health checks go well from now on. */
  void isHealthy(boolean healthy) {
    health = healthy ? 200 : 503;
  }

  /** The bodies of the requests for answers so far. */
  List<JsonNode> asked() {
    return server.requests().stream()
        .filter(request -> request.path().contains("completions"))
        .map(request -> json(request.body()))
        .toList();
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An answer of a chat in these deltas, with a finish reason and usage. */
  static Reply says(String... deltas) {
    return raw(stream(deltas));
  }

  /** The events of such an answer. */
  static String stream(String... deltas) {
    return deltas(deltas)
        + "data: {\"choices\": [{\"index\": 0, \"delta\": {}, \"finish_reason\": \"stop\"}]}\n\n"
        + "data: {\"choices\": [], \"usage\": {\"prompt_tokens\": 3, \"completion_tokens\": "
        + deltas.length
        + "}}\n\ndata: [DONE]\n\n";
  }

  /** The events of an answer that has not ended. */
  static String deltas(String... deltas) {
    StringBuilder events = new StringBuilder();
    for (String delta : deltas) {
      events.append(
          "data: {\"choices\": [{\"index\": 0, \"delta\": {\"content\": "
              + JSON.getNodeFactory().textNode(delta)
              + "}}]}\n\n");
    }
    return events.toString();
  }

  /** Sends a stream's bytes and ends. */
  static Reply raw(String stream) {
    return exchange -> write(begin(exchange), stream);
  }

  /** Sends a stream's bytes and then nothing, until the client leaves. */
  static Reply hangsAfter(String stream) {
    return exchange -> {
      OutputStream out = begin(exchange);
      write(out, stream);
      for (int i = 0; i < 1000; i++) { // a write fails once the client has left
        sleep(10);
        write(out, ": still here\n");
      }
    };
  }

  /** Sends one byte at a time. */
  static Reply dribbles(String stream) {
    return exchange -> {
      OutputStream out = begin(exchange);
      for (byte each : stream.getBytes(StandardCharsets.UTF_8)) {
        out.write(each);
        out.flush();
      }
    };
  }

  /** Sends these events one after the other, so many milliseconds apart. */
  static Reply slowly(long millis, List<String> events) {
    return exchange -> {
      OutputStream out = begin(exchange);
      for (String event : events) {
        write(out, event);
        sleep(millis);
      }
    };
  }

  static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the server was closed");
    }
  }

  private static OutputStream begin(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    return exchange.getResponseBody();
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  @Override
  public void close() {
    server.close();
  }
}
