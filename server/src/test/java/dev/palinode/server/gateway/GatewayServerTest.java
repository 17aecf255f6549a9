package dev.palinode.server.gateway;

import static dev.palinode.server.gateway.FakeUpstream.deltas;
import static dev.palinode.server.gateway.FakeUpstream.hangsAfter;
import static dev.palinode.server.gateway.FakeUpstream.raw;
import static dev.palinode.server.gateway.FakeUpstream.says;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.server.PalinodeServer;
import dev.palinode.server.ServerSettings;
import dev.palinode.server.engine.GuardSettings;
import dev.palinode.testkit.ScriptedServer;
import dev.palinode.testkit.ScriptedServer.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * The gateway as its clients see it: over HTTP, with what plain streams must not show held back.
 */
class GatewayServerTest {

  private final HttpClient http = HttpClient.newHttpClient();

  @FunctionalInterface
  private interface Client {
    void use(int port) throws Exception;
  }

  private static void serving(FakeUpstream upstream, Client client) throws Exception {
    GatewaySettings settings =
        new GatewaySettings(
            List.of(upstream.base()),
            Optional.empty(),
            "",
            GatewaySettings.Resets.DEFAULT,
            GuardSettings.NONE,
            4,
            10,
            GatewaySettings.Times.DEFAULT);
    try (GatewayEngine engine = new GatewayEngine(settings, line -> {});
        PalinodeServer server =
            PalinodeServer.start(ServerSettings.DEFAULT, List.of(engine), line -> {})) {
      client.use(server.port());
    }
  }

  private static HttpRequest request(int port, String more) {
    String body =
        "{\"model\": \"toad\", \"messages\": [{\"role\": \"user\", \"content\": \"?\"}]"
            + more
            + "}";
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/chat/completions"))
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body))
        .build();
  }

  private HttpResponse<String> ask(int port, String more) throws Exception {
    return http.send(request(port, more), BodyHandlers.ofString());
  }

  private static String text(String events) {
    StringBuilder text = new StringBuilder();
    for (String line : events.lines().filter(each -> each.startsWith("data: {")).toList()) {
      text.append(FakeUpstream.json(line.substring(6)).at("/choices/0/delta/content").asText());
    }
    return text.toString();
  }

  @Test
  void aPlainStream_neverShowsWhatIsWithdrawnWithinTheWindow() throws Exception {
    try (FakeUpstream upstream =
        new FakeUpstream("vllm", says("Toads ", "bite", "[RE", "SET]", "They ", "do ", "not."))) {
      serving(
          upstream,
          port -> {
            String events = ask(port, ", \"stream\": true").body();

            assertThat(text(events)).isEqualTo("They do not.");
            assertThat(events).doesNotContain("bite").contains("\"finish_reason\":\"stop\"");
            assertThat(events).endsWith("data: [DONE]\n\n");
          });
    }
  }

  @Test
  void anUndoBeyondTheWindow_endsAPlainStreamWithAnError() throws Exception {
    try (FakeUpstream upstream =
        new FakeUpstream("vllm", says("Toads ", "bite ", "you ", "and ", "me", "[RESET]", "No."))) {
      serving(
          upstream,
          port -> {
            String plain = ask(port, ", \"stream\": true").body();
            assertThat(plain).contains("answer_withdrawn").doesNotContain("[DONE]");

            String retracted =
                ask(port, ", \"stream\": true, \"palinode\": {\"stream_mode\": \"retractable\"}")
                    .body();
            assertThat(retracted)
                .contains("\"retraction\":{\"id\":1,\"from\":0,\"text\":\"Toads bite you and me\"");

            JsonNode whole = FakeUpstream.json(ask(port, "").body());
            assertThat(whole.at("/choices/0/message/content").asText()).isEqualTo("No.");
            assertThat(whole.at("/choices/0/palinode/usage/resets").asInt()).isEqualTo(1);
          });
    }
  }

  @Test
  void whatAnUpstreamBreaks_isNoAnswer() throws Exception {
    Reply failing = ScriptedServer.json(500, "{}");
    try (FakeUpstream upstream =
        new FakeUpstream("vllm", failing, raw(deltas("a", "b", "c", "d", "e")))) {
      serving(
          upstream,
          port -> {
            assertThat(ask(port, "").statusCode()).isEqualTo(502);

            String events = ask(port, ", \"stream\": true").body();
            assertThat(events).contains("upstream_failed").doesNotContain("\"stop\"", "[DONE]");
          });
    }
  }

  @Test
  void severalAnswers_areSeveralRequests() throws Exception {
    try (FakeUpstream upstream = new FakeUpstream("vllm", says("A"), says("B"))) {
      serving(
          upstream,
          port -> {
            JsonNode answers = FakeUpstream.json(ask(port, ", \"n\": 2, \"seed\": 5").body());

            assertThat(answers.path("choices").findValuesAsText("content"))
                .containsExactlyInAnyOrder("A", "B");
            assertThat(upstream.asked())
                .extracting(body -> body.path("seed").asInt())
                .containsExactlyInAnyOrder(5, 6);
          });
    }
  }

  @Test
  void aClientThatLeaves_endsTheUpstreamsRequest() throws Exception {
    CountDownLatch left = new CountDownLatch(1);
    Reply watched =
        exchange -> {
          try {
            hangsAfter(deltas("a", "b", "c", "d", "e", "f")).to(exchange);
          } catch (IOException e) {
            left.countDown();
            throw e;
          }
        };
    try (FakeUpstream upstream = new FakeUpstream("vllm", watched)) {
      serving(
          upstream,
          port -> {
            try (InputStream events =
                http.send(request(port, ", \"stream\": true"), BodyHandlers.ofInputStream())
                    .body()) {
              assertThat(events.read()).isEqualTo('d');
            }
            assertThat(left.await(10, TimeUnit.SECONDS)).isTrue();
          });
    }
  }

  @Test
  void upstreams_areAmongTheMetrics() throws Exception {
    try (FakeUpstream upstream = new FakeUpstream("vllm", says("A"))) {
      serving(
          upstream,
          port -> {
            ask(port, "");
            String metrics =
                http.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                            .build(),
                        BodyHandlers.ofString())
                    .body();

            String name = upstream.base().toString().replace("/v1", "");
            assertThat(metrics)
                .contains("palinode_upstream_up{upstream=\"" + name + "\"} 1.0")
                .contains("palinode_upstream_requests_total{upstream=\"" + name + "\"} 1.0");
          });
    }
  }
}
