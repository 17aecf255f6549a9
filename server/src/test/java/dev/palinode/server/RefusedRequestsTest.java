package dev.palinode.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.palinode.server.api.ServerLimits;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefusedRequestsTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String CHAT = "/v1/chat/completions";
  private static final String GOOD =
      "{\"model\":\"parrot\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"max_tokens\":4}";

  private static TestServer server;

  @BeforeAll
  static void start() {
    ServerSettings open = ServerSettings.DEFAULT;
    server =
        new TestServer(
            new ServerSettings(
                open.host(),
                0,
                open.keys(),
                Optional.of("https://chat.example.org"),
                new ServerLimits(20_000, 16, 4, 64),
                open.bufferedParts(),
                open.stall(),
                false));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static void assertError(HttpResponse<String> response, int status, String code)
      throws Exception {
    assertThat(response.statusCode()).isEqualTo(status);
    JsonNode error = MAPPER.readTree(response.body()).get("error");
    assertThat(error.get("message").asText()).isNotBlank();
    assertThat(error.has("param")).isTrue();
    assertThat(error.get("type").asText()).endsWith("error");
    assertThat(error.get("code").asText()).isEqualTo(code);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
  }

  @Test
  void pathsMethodsAndTypes() throws Exception {
    assertError(server.get("/nothing"), 404, "not_found");
    assertError(server.get("/v1/models/other"), 404, "model_not_found");
    assertError(
        server.send(server.request(CHAT).PUT(BodyPublishers.ofString(GOOD))),
        405,
        "method_not_allowed");
    assertError(
        server.send(server.request(CHAT).POST(BodyPublishers.ofString(GOOD))),
        415,
        "unsupported_media_type");
    assertError(server.post(CHAT, " ".repeat(20_001)), 413, "body_too_large");
    HttpRequest.Builder chunked =
        server
            .request(CHAT)
            .header("Content-Type", "application/json")
            .POST(
                BodyPublishers.ofInputStream(
                    () -> new java.io.ByteArrayInputStream(new byte[30_000])));
    assertError(server.send(chunked), 413, "body_too_large");
  }

  @Test
  void whatIsNoHttp() throws Exception {
    for (String garbage :
        List.of(
            "\u0000\u0001\r\n\r\n",
            "GET / HTTP/9.9\r\n\r\n",
            "POST " + CHAT + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
            "POST "
                + CHAT
                + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Transfer-Encoding: chunked\r\n\r\nZZ\r\n",
            "GET /" + "a".repeat(20_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n")) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.server.port())) {
        socket.setSoTimeout(5000);
        socket.getOutputStream().write(garbage.getBytes(StandardCharsets.ISO_8859_1));
        String response =
            new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        assertThat(response)
            .as(garbage)
            .matches("(?s)HTTP/1.1 (4|505).*\\{\"error\":\\{\"message\":.*")
            .containsPattern("X-Request-Id: [0-9a-f-]{36}\r\n");
      }
    }
    assertThat(server.log).isEmpty();
  }

  /** A client that is still sending gets the reason, and may use the connection again. */
  @ParameterizedTest
  @CsvSource({
    CHAT + ", application/json, 20001, 413",
    CHAT + ", text/plain, 20000, 415",
    "/nothing, application/json, 20000, 404",
  })
  void aBodyThatComesAfterTheRefusal_losesNoAnswer(String path, String type, int length, int status)
      throws Exception {
    String head =
        "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\nContent-Length: %s\r\n"
            .formatted(path, type, length);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.server.port())) {
      for (String last : List.of("\r\n", "Connection: close\r\n\r\n")) {
        socket.getOutputStream().write((head + last).getBytes(US_ASCII));
        for (int sent = 0; sent < length; sent += 10_000) {
          Thread.sleep(50);
          socket.getOutputStream().write(new byte[Math.min(10_000, length - sent)]);
        }
      }
      String responses = new String(socket.getInputStream().readAllBytes(), US_ASCII);
      assertThat(responses.split("HTTP/1.1 " + status, -1)).hasSize(3);
    }
  }

  @Test
  void otherNamesOfThisMachine_areRefused() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.server.port())) {
      socket
          .getOutputStream()
          .write(
              "GET /v1/models HTTP/1.1\r\nHost: evil.example:80\r\nConnection: close\r\n\r\n"
                  .getBytes(US_ASCII));
      assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII))
          .startsWith("HTTP/1.1 403")
          .contains("host_not_allowed");
    }
  }

  @Test
  void headers() throws Exception {
    HttpResponse<String> response =
        server.send(server.request("/health").header("X-Request-Id", "my-id.1"));
    assertThat(response.headers().firstValue("X-Request-Id")).contains("my-id.1");
    assertThat(response.headers().firstValue("Content-Security-Policy").orElseThrow())
        .contains("default-src 'none'")
        .contains("frame-ancestors 'none'");
    assertThat(
            server
                .send(server.request("/health").header("X-Request-Id", "a b"))
                .headers()
                .firstValue("X-Request-Id")
                .orElseThrow())
        .hasSize(36);
    for (String origin : List.of("https://chat.example.org", "https://evil.example")) {
      HttpResponse<String> preflight =
          server.send(
              server
                  .request(CHAT)
                  .header("Origin", origin)
                  .header("Access-Control-Request-Method", "POST")
                  .header("Access-Control-Request-Headers", "authorization,content-type")
                  .method("OPTIONS", BodyPublishers.noBody()));
      assertThat(preflight.headers().firstValue("Access-Control-Allow-Origin"))
          .isEqualTo(origin.contains("evil") ? Optional.empty() : Optional.of(origin));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "\"temprature\":1; temprature",
        "\"temperature\":3; temperature",
        "\"temperature\":\"1\"; temperature",
        "\"top_p\":0; top_p",
        "\"n\":5; n",
        "\"n\":1.5; n",
        "\"max_tokens\":65; max_tokens",
        "\"max_tokens\":0; max_tokens",
        "\"max_completion_tokens\":5; max_tokens",
        "\"stop\":[\"\"]; stop",
        "\"seed\":1e400; seed",
        "\"logit_bias\":{\"-1\":1}; logit_bias",
        "\"logit_bias\":{\"300\":1}; logit_bias",
        "\"top_logprobs\":1; top_logprobs",
        "\"tools\":[{}]; tools",
        "\"response_format\":{\"type\":\"json_object\"}; response_format",
        "\"user\":\"me\"; user",
        "\"metadata\":{}; metadata",
        "\"stream_options\":{}; stream_options",
        "\"continue_final_message\":true; continue_final_message",
        "\"add_generation_prompt\":false; add_generation_prompt",
        "\"palinode\":1; palinode",
        "\"palinode\":{\"mode\":1}; palinode.mode",
        "\"palinode\":{\"stream_mode\":\"late\"}; palinode.stream_mode",
        "\"palinode\":{\"hold_back\":1}; palinode.hold_back",
        "\"palinode\":{\"reset_bias\":-101}; palinode.reset_bias",
        "\"palinode\":{\"max_resets\":-1}; palinode.max_resets",
        "\"palinode\":{\"reset_probability\":true}; palinode.reset_probability",
        "\"palinode\":{\"guards\":[\"other\"]}; palinode.guards",
        "\"palinode\":{\"guidance\":{\"scale\":2}}; palinode.guidance.negative",
        "\"palinode\":{\"guidance\":{\"negative\":\"\",\"scale\":2,\"to\":1}}; palinode.guidance.to",
      })
  void aFieldThatIsWrong_isNamed(String field, String param) throws Exception {
    String json = GOOD.substring(0, GOOD.length() - 1) + "," + field + "}";
    HttpResponse<String> response =
        server.post(
            CHAT, field.contains("max_tokens\"") ? json.replace(",\"max_tokens\":4", "") : json);
    assertError(response, 400, "invalid_value");
    assertThat(MAPPER.readTree(response.body()).at("/error/param").asText()).isEqualTo(param);
  }

  @Test
  void aFullQueue_asksToComeBack() throws Exception {
    server.stepMillis = 15;
    try {
      List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
      for (int i = 0; i < TestServer.ROWS + TestServer.QUEUE; i++) {
        all.add(
            CompletableFuture.supplyAsync(
                () -> {
                  try {
                    return server.post(
                        CHAT, GOOD.replace("\"a\"", "\"x60\"").replace(":4}", ":60}"));
                  } catch (Exception e) {
                    throw new AssertionError(e);
                  }
                },
                command -> new Thread(command).start()));
      }
      server.awaitMetrics("palinode_queue{model=\"parrot\"} " + (double) TestServer.QUEUE);
      HttpResponse<String> refused = server.post(CHAT, GOOD);
      assertError(refused, 429, "queue_full");
      assertThat(refused.headers().firstValue("Retry-After")).contains("1");
      for (CompletableFuture<HttpResponse<String>> each : all) {
        assertThat(each.get().statusCode()).isEqualTo(200);
      }
    } finally {
      server.stepMillis = 0;
    }
    server.awaitIdle(Duration.ofSeconds(5));
  }

  /** Requests with random damage: refused with a 4xx, or answered if they are still right. */
  @Test
  void malformedRequests_areRefused_andLeaveNoRow() throws Exception {
    damage(1_500);
  }

  @Test
  @Tag("slow")
  void tenThousandMalformedRequests_areRefused_andLeaveNoRow() throws Exception {
    damage(10_000);
  }

  private static void damage(int count) throws Exception {
    String rich =
        "{\"model\":\"parrot\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\","
            + "\"text\":\"ab\"}]}],\"max_tokens\":4,\"temperature\":0.5,\"top_p\":0.9,\"n\":2,"
            + "\"stream\":true,\"stop\":[\"x\"],\"seed\":7,\"logit_bias\":{\"5\":1},\"logprobs\":true,"
            + "\"top_logprobs\":2,\"palinode\":{\"stream_mode\":\"retractable\",\"hold_back\":2,"
            + "\"guidance\":{\"negative\":\"b\",\"scale\":2}}}";
    SplittableRandom random = new SplittableRandom(17);
    int refused = 0;
    for (int i = 0; i < count; i++) {
      HttpResponse<String> response = server.post(CHAT, damaged(rich, random));
      if (response.statusCode() != 200) {
        assertThat(response.statusCode()).as(response.body()).isBetween(400, 499);
        assertThat(MAPPER.readTree(response.body()).at("/error/message").asText()).isNotBlank();
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(count * 8 / 10);
    server.awaitIdle(Duration.ofSeconds(5));
    assertThat(server.log).isEmpty();
    assertThat(server.post(CHAT, GOOD).statusCode()).isEqualTo(200);
  }

  private static String damaged(String json, SplittableRandom random) {
    StringBuilder text = new StringBuilder(json);
    for (int times = 1 + random.nextInt(3); times > 0 && text.length() > 1; times--) {
      int at = random.nextInt(text.length());
      switch (random.nextInt(5)) {
        case 0 -> text.deleteCharAt(at);
        case 1 -> text.insert(at, "{}[]\":,-0.9eE\\u\uD800\u0000".charAt(random.nextInt(17)));
        case 2 -> text.setCharAt(at, (char) random.nextInt(1, 300));
        case 3 -> text.setLength(Math.max(1, at));
        default -> {
          int end = Math.min(text.length(), at + 1 + random.nextInt(20));
          text.insert(random.nextInt(text.length()), text.substring(at, end));
        }
      }
    }
    return text.toString();
  }
}
