package dev.palinode.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientsThatLeaveTest {
  private static final Duration SOON = Duration.ofSeconds(5);

  private TestServer server = new TestServer(stalling(Duration.ofMillis(600)));

  private static ServerSettings stalling(Duration stall) {
    ServerSettings open = ServerSettings.DEFAULT;
    return new ServerSettings(
        open.host(), 0, open.keys(), open.corsOrigin(), open.limits(), 512, stall, false);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static String asking(int tokens, String more) {
    return String.format(
        Locale.ROOT,
        "{\"model\":\"parrot\",\"prompt\":\"x%d\\n\",\"max_tokens\":1024,\"temperature\":0%s}",
        tokens,
        more);
  }

  private Socket begin(String json) throws Exception {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(2048);
    socket.connect(
        new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), server.server.port()));
    write(socket, json);
    return socket;
  }

  private static void write(Socket socket, String json) throws Exception {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    OutputStream out = socket.getOutputStream();
    String head =
        String.join(
            "\r\n",
            "POST /v1/completions HTTP/1.1",
            "Host: localhost",
            "Content-Type: application/json",
            "Content-Length: " + body.length,
            "",
            "");
    out.write(head.getBytes(StandardCharsets.US_ASCII));
    out.write(body);
    out.flush();
  }

  private void awaitRow() throws Exception {
    for (int i = 0; i < 1000 && server.model.openRows() == 0; i++) {
      Thread.sleep(5);
    }
    assertThat(server.model.openRows()).isPositive();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",\"stream\":true",
        ",\"stream\":true,\"palinode\":{\"stream_mode\":\"buffered\"}",
        ",\"n\":4"
      })
  void aDisconnect_freesTheRow(String kind) throws Exception {
    server.stepMillis = 10; // 1,024 tokens would take ten seconds
    Socket client = begin(asking(1000, kind));
    awaitRow();
    client.close();

    server.awaitIdle(SOON);
    server.awaitMetrics("outcome=\"disconnected\"");
  }

  /** Looking whether a client is still there loses nothing of what it has sent. */
  @Test
  void anotherRequestMeanwhile_isAnsweredAfterIt() throws Exception {
    server.stepMillis = 20;
    try (Socket client = begin(asking(20, ""))) {
      awaitRow();
      Thread.sleep(100);
      write(client, asking(3, ""));
      client.setSoTimeout(5000);
      StringBuilder both = new StringBuilder();
      byte[] buffer = new byte[4096];
      while (!both.toString().contains("\"text\":\"xxx\"")) {
        int count = client.getInputStream().read(buffer);
        both.append(new String(buffer, 0, count, StandardCharsets.UTF_8));
      }
      assertThat(both).containsSubsequence("x".repeat(20), "HTTP/1.1 200 OK", "\"xxx\"");
    }
  }

  @Test
  void aRequestThatWaits_isDroppedToo() throws Exception {
    server.stepMillis = 5;
    List<Socket> clients = new ArrayList<>();
    for (int i = 0; i < TestServer.ROWS + 1; i++) {
      clients.add(begin(asking(1000, "")));
    }
    awaitRow();
    for (Socket client : clients) {
      client.close();
    }
    server.awaitIdle(SOON);
  }

  /**
   * The readers take nothing, which is far less than what is written, and may do so for long: their
   * answers end because too much waits for them.
   */
  @Test
  void aClientThatStopsReading_slowsNobody_andItsAnswerEnds() throws Exception {
    server.close();
    server = new TestServer(stalling(Duration.ofMinutes(5)));
    List<Socket> stalled = new ArrayList<>();
    for (int i = 0; i < TestServer.ROWS - 1; i++) {
      // Chunks with alternatives: megabytes.
      stalled.add(begin(asking(1000, ",\"stream\":true,\"logprobs\":20")));
    }
    awaitRow();
    for (int i = 0; i < 20; i++) {
      HttpResponse<String> answer = server.post("/v1/completions", asking(5, ""));
      assertThat(answer.body()).contains("\"text\":\"xxxxx\"");
    }
    server.awaitIdle(Duration.ofSeconds(20));
    for (Socket client : stalled) {
      client.close();
    }
  }

  @Test
  void aClientThatStopsReading_isCutOff() throws Exception {
    Socket stalled = begin(asking(500, ",\"stream\":true,\"logprobs\":20"));
    awaitRow();
    server.awaitMetrics("palinode_active 0.0", "outcome=\"slow\"");
    assertThat(readAll(stalled)).doesNotContain("[DONE]");
    server.awaitIdle(SOON);
  }

  /** What comes until the connection ends or is reset. */
  private static String readAll(Socket client) throws Exception {
    client.setSoTimeout(20_000);
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    try (InputStream in = client.getInputStream()) {
      in.transferTo(read);
    } catch (SocketException reset) {
      // what came before it is read
    }
    return read.toString(StandardCharsets.UTF_8);
  }

  /** Longer than the limit for stalled clients: waiting for the model is no fault of theirs. */
  @Test
  void aSlowModel_cutsNobodyOff() throws Exception {
    server.stepMillis = 250;
    assertThat(server.post("/v1/completions", asking(4, "")).body()).contains("\"xxxx\"");
    StreamedAnswer buffered =
        StreamedAnswer.of(
            server
                .post(
                    "/v1/completions",
                    asking(4, ",\"stream\":true,\"palinode\":{\"stream_mode\":\"buffered\"}"))
                .body());
    assertThat(buffered.shown()).isEqualTo("xxxx");
  }

  @Test
  void aBodyThatNeverComes_isGivenUp() throws Exception {
    try (Socket client = new Socket(InetAddress.getLoopbackAddress(), server.server.port())) {
      client.getOutputStream().write(slowBody());
      assertThat(readAll(client))
          .startsWith("HTTP/1.1 408")
          .contains("the body did not come in time");
    }
  }

  @Test
  void aBodyThatDrips_isGivenUp() throws Exception {
    try (Socket client = new Socket(InetAddress.getLoopbackAddress(), server.server.port())) {
      OutputStream out = client.getOutputStream();
      out.write(slowBody());
      for (int i = 0; i < 50 && client.getInputStream().available() == 0; i++) {
        out.write('x');
        Thread.sleep(50);
      }
      assertThat(client.getInputStream().available()).as("while it drips").isPositive();
      assertThat(readAll(client)).startsWith("HTTP/1.1 408");
    }
  }

  private static byte[] slowBody() {
    return ("POST /v1/completions HTTP/1.1\r\nHost: localhost\r\n"
            + "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
        .getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void manySlowBodies_leaveTheServerAlive() throws Exception {
    server.close();
    server = new TestServer(stalling(Duration.ofMinutes(5)));
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 560; i++) {
        slow.add(new Socket(InetAddress.getLoopbackAddress(), server.server.port()));
        slow.get(i).getOutputStream().write(slowBody());
      }
      server.awaitMetrics("palinode_active 448.0"); // as many as may be
      HttpResponse<String> refused = server.post("/v1/completions", asking(1, ""));

      assertThat(server.get("/health").body()).isEqualTo("ok");
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.body()).contains("too_many_requests");
    } finally {
      for (Socket client : slow) {
        client.close();
      }
    }
  }

  @Test
  void drain_letsAnswersEnd_andTakesNoNewOnes() throws Exception {
    server.stepMillis = 20;
    CompletableFuture<String> running =
        CompletableFuture.supplyAsync(() -> post(asking(1000, ",\"stream\":true")));
    awaitRow();
    CompletableFuture<Void> draining =
        CompletableFuture.runAsync(() -> server.server.drain(Duration.ofSeconds(20)));
    for (int i = 0; i < 1000 && server.get("/ready").statusCode() == 200; i++) {
      Thread.sleep(5);
    }
    HttpResponse<String> refused = server.post("/v1/completions", asking(1, ""));

    assertThat(server.get("/ready").statusCode()).isEqualTo(503);
    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.headers().firstValue("Retry-After")).contains("1");
    server.stepMillis = 0; // until now, it would have taken twenty seconds
    assertThat(StreamedAnswer.of(running.get()).shown()).isEqualTo("x".repeat(1000));
    draining.get();
  }

  @Test
  void drain_endsLateAnswersWithAnError() throws Exception {
    server.stepMillis = 20;
    HttpResponse<Stream<String>> begun =
        HttpClient.newHttpClient()
            .send(
                server
                    .request("/v1/completions")
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(asking(1000, ",\"stream\":true")))
                    .build(),
                BodyHandlers.ofLines());
    server.server.drain(Duration.ofMillis(100));

    StreamedAnswer answer = StreamedAnswer.of(begun.body().collect(Collectors.joining("\n")));
    assertThat(answer.error()).isEqualTo("server_error");
    assertThat(answer.finish()).isEmpty();
    assertThat(answer.done()).isFalse();
  }

  private String post(String json) {
    try {
      return server.post("/v1/completions", json).body();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
