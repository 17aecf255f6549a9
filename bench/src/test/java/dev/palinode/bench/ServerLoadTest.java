package dev.palinode.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a load notices of a server that works, and of servers that do not. */
class ServerLoadTest {
  private static final String MODELS = "{\"data\":[{\"id\":\"m\"}]}";
  private static final List<String> PROMPTS = List.of("first", "second");

  private final AtomicInteger asked = new AtomicInteger();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/v1/models", exchange -> send(exchange, 200, MODELS));
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    threads.shutdownNow();
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getRequestBody().readAllBytes();
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  /** An answer of four chunks. */
  private static String answer(String content) {
    return """
    data: {"choices":[{"delta":{"role":"assistant","content":""},"finish_reason":null}]}

    data: {"choices":[{"delta":{"content":"%s"},"finish_reason":null}]}

    data: {"choices":[{"delta":{},"finish_reason":"stop"}]}

    data: {"choices":[],"usage":{"completion_tokens":5}}

    data: [DONE]

    """
        .replace("%s", content);
  }

  private ServerLoad load() throws IOException {
    int port = server.getAddress().getPort();
    StreamingClient client =
        new StreamingClient(URI.create("http://127.0.0.1:" + port + "/v1"), 16);
    return new ServerLoad(client, PROMPTS, (fraction, doing) -> {});
  }

  private ServerLoad.Result underLoad(double disconnecting) throws IOException {
    ServerLoad load = load();
    load.askAlone();
    return load.run(4, Duration.ofMillis(600), disconnecting, 1);
  }

  @Test
  void serverThatWorks_hasNoWrongAnswers_andClientsThatLeaveAreCounted() throws IOException {
    server.createContext("/v1/chat/completions", exchange -> send(exchange, 200, answer("yes")));

    ServerLoad.Result result = underLoad(0.5);

    assertThat(result.right()).isPositive();
    assertThat(result.wrong() + result.failed() + result.refused()).isZero();
    assertThat(result.disconnected()).isPositive();
    assertThat(result.tokensPerSecond()).isPositive();
    assertThat(result.toFirstText(0.5)).isBetween(0.0, result.toEnd(0.99));
  }

  @Test
  void answerOfAnotherRequest_isWrong() throws IOException {
    server.createContext(
        "/v1/chat/completions",
        exchange ->
            send(exchange, 200, answer(asked.incrementAndGet() % 5 == 0 ? "mixed" : "yes")));

    ServerLoad.Result result = underLoad(0);

    assertThat(result.wrong()).isPositive();
    assertThat(result.right()).isPositive();
    assertThat(result.examples().get(0)).contains("\"mixed\", alone \"yes\"");
  }

  @Test
  void refusalsAndStreamsWithoutEnd_areCountedApart() throws IOException {
    String cut =
        answer("yes").replaceFirst("(?s)data: \\{\"choices\":\\[\\{\"delta\":\\{\\},.*", "");
    server.createContext(
        "/v1/chat/completions",
        exchange -> {
          int number = asked.incrementAndGet();
          if (number % 5 == 3) {
            send(exchange, 429, "{}");
          } else {
            send(exchange, 200, number % 5 == 4 ? cut : answer("yes"));
          }
        });

    ServerLoad.Result result = underLoad(0);

    assertThat(result.refused()).isPositive();
    assertThat(result.failed()).isPositive();
    assertThat(result.wrong()).isZero();
    assertThat(result.examples().get(0)).contains("without [DONE]");
  }

  @Test
  void serverThatAnswersNothing_isRefusedAtOnce() throws IOException {
    server.createContext("/v1/chat/completions", exchange -> send(exchange, 500, "{}"));

    assertThatThrownBy(load()::askAlone).hasMessageContaining("does not answer \"first\"");
  }
}
