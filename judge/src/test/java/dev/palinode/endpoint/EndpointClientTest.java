package dev.palinode.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.palinode.chat.Message;
import dev.palinode.testkit.ScriptedServer;
import dev.palinode.testkit.ScriptedServer.Reply;
import java.net.URI;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointClientTest {
  private static final RetryingHttpClient.Backoff QUICK =
      new RetryingHttpClient.Backoff(Duration.ofMillis(2), Duration.ofMillis(5));
  private static final Map<String, String> KEYS = Map.of("TOAD_KEY", "sk-warts");
  private static final CompletionSettings GREEDY = CompletionSettings.greedy(16);
  private static final List<Message> QUESTION = List.of(Message.user("What sings?"));
  private static final Reply TOAD = ScriptedServer.says("A toad.");

  private ScriptedServer server = new ScriptedServer(TOAD);

  @AfterEach
  void stop() {
    server.close();
  }

  /** A client of a server with this script; two retries, a key, two seconds for a request. */
  private EndpointClient client(Reply... script) {
    server.close();
    server = new ScriptedServer(script);
    return client(server.base(), Duration.ofSeconds(2));
  }

  private static EndpointClient client(URI base, Duration timeout) {
    Endpoint endpoint = Endpoint.of(base, "toad-1b").withKeyIn("TOAD_KEY").withPatience(timeout, 2);
    return new EndpointClient(endpoint, KEYS, QUICK);
  }

  private static EndpointException failure(EndpointClient client) {
    return catchThrowableOfType(EndpointException.class, () -> client.complete(QUESTION, GREEDY));
  }

  @Test
  void aConversation_isAnswered() throws Exception {
    EndpointClient client = client(TOAD);
    List<Message> conversation =
        List.of(Message.system("Sing."), Message.user("Who?"), Message.assistant("\"I\""));
    CompletionSettings settings =
        CompletionSettings.sampled(0.7, 32, 5).withStop(List.of("\n", "toad"));

    assertThat(client.complete(conversation, settings))
        .isEqualTo(new Completion("A toad.", "stop"));
    ScriptedServer.Request request = server.requests().get(0);
    assertThat(request.path()).isEqualTo("/v1/chat/completions");
    assertThat(request.authorization()).isEqualTo("Bearer sk-warts");
    assertThat(json(request.body()))
        .isEqualTo(
            json(
                """
                {"model": "toad-1b", "temperature": 0.7, "max_tokens": 32, "seed": 5,
                 "stop": ["\\n", "toad"],
                 "messages": [{"role": "system", "content": "Sing."},
                   {"role": "user", "content": "Who?"},
                   {"role": "assistant", "content": "\\"I\\""}]}
                """));
  }

  @Test
  void anAnswer_isContinued_andItsOpeningIsNotRepeated() throws Exception {
    CompletionSettings greedy = CompletionSettings.greedy(16);
    assertThat(client(TOAD).continueAnswer(QUESTION, "It was", greedy).text()).isEqualTo("A toad.");
    assertThat(json(server.requests().get(0).body()))
        .isEqualTo(
            json(
                """
                {"model": "toad-1b", "temperature": 0.0, "max_tokens": 16,
                 "messages": [{"role": "user", "content": "What sings?"},
                   {"role": "assistant", "content": "It was"}],
                 "continue_final_message": true, "add_generation_prompt": false}
                """));
    EndpointClient repeats = client(ScriptedServer.says("It was a toad."));
    assertThat(repeats.continueAnswer(QUESTION, "It was", greedy).text()).isEqualTo(" a toad.");
  }

  @Test
  void aText_isContinued_fromMidSentence() throws Exception {
    EndpointClient client =
        client(
            ScriptedServer.json(
                200,
                "{\"choices\": [{\"text\": \" toad \\u20ac\", \"finish_reason\": \"length\"}]}"));

    Completion completion = client.continueText("It is a", GREEDY);

    assertThat(completion).isEqualTo(new Completion(" toad €", "length"));
    assertThat(completion.isCutOff()).isTrue();
    assertThat(server.requests().get(0).path()).isEqualTo("/v1/completions");
    assertThat(json(server.requests().get(0).body()))
        .isEqualTo(
            json(
                "{\"model\": \"toad-1b\", \"temperature\": 0.0, \"max_tokens\": 16,"
                    + " \"prompt\": \"It is a\"}"));
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 409, 425, 429, 500, 502, 503, 504})
  void whatMayPass_isTriedAgain(int status) throws Exception {
    EndpointClient client = client(ScriptedServer.json(status, "{}"), TOAD);

    assertThat(client.complete(QUESTION, GREEDY).text()).isEqualTo("A toad.");
    assertThat(server.requests()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 307, 400, 401, 403, 404, 405, 413, 422, 501})
  void whatWillNotPass_isNotTriedAgain(int status) {
    EndpointClient client =
        client(
            ScriptedServer.withHeader("Location", "/v2", ScriptedServer.json(status, "{}")), TOAD);

    assertThat(failure(client)).hasMessageContaining("status " + status);
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void theRetries_haveAnEnd() {
    EndpointClient client =
        client(ScriptedServer.json(500, "{\"error\": {\"message\": \"out of\\u001b[2J memory\"}}"));

    EndpointException failure = failure(client);

    assertThat(failure)
        .hasMessage(
            server.base()
                + "/chat/completions: status 500, \"out of\\u001b[2J memory\": its log should say"
                + " more");
    assertThat(failure.isPermanent()).isFalse();
    assertThat(server.requests()).hasSize(3);
  }

  @Test
  void retryAfter_isWaitedFor_inSecondsOrUntilADate() throws Exception {
    String date =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(2));
    EndpointClient client =
        client(
            ScriptedServer.withHeader("Retry-After", "1", ScriptedServer.json(429, "")),
            ScriptedServer.withHeader("Retry-After", date, ScriptedServer.json(503, "")),
            TOAD);
    long start = System.nanoTime();

    assertThat(client.complete(QUESTION, GREEDY).text()).isEqualTo("A toad.");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(990));
  }

  @Test
  void aServerThatWantsALongRest_isNotWaitedFor() {
    EndpointClient client =
        client(
            ScriptedServer.withHeader(
                "Retry-After", "3600", ScriptedServer.json(429, "slow down")));

    EndpointException failure = failure(client);

    assertThat(failure)
        .hasMessageEndingWith(
            ": status 429, \"slow down\": the server wants to be left alone for 3600 s");
    assertThat(failure.isPermanent()).isTrue();
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void aRejectedKey_isPermanent_andNeverShown() {
    EndpointClient client =
        client(ScriptedServer.json(401, "{\"error\": {\"message\": \"wrong key: sk-warts\"}}"));

    EndpointException failure = failure(client);

    assertThat(failure.isPermanent()).isTrue();
    assertThat(failure)
        .hasMessageEndingWith(
            ": status 401, \"wrong key: ***\": it does not take the key in the environment variable"
                + " TOAD_KEY");
  }

  @Test
  void messagesOfOtherServers_areUnderstood() {
    assertThat(failure(client(ScriptedServer.json(400, "{\"message\": \"too long\"}"))))
        .hasMessageEndingWith(": status 400, \"too long\": it does not take this request");
    assertThat(failure(client(ScriptedServer.json(422, "{\"error\": \"bad\"}"))).getMessage())
        .contains("422, \"bad\"");
    assertThat(failure(client(ScriptedServer.json(404, "{\"detail\": \"Not Found\"}"))))
        .hasMessageEndingWith(
            "404, \"Not Found\": no such resource, or no model \"toad-1b\" there; the URL usually"
                + " ends in /v1");
    assertThat(failure(client(ScriptedServer.json(403, "<html>" + "x".repeat(9000)))).getMessage())
        .contains("<html>xxx")
        .hasSizeLessThan(500);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "safe",
        "{\"choices\": []}",
        "[]",
        "{\"choices\": [{\"message\": {\"content\": null}}]}",
        "{\"choices\": [{\"message\": {\"content\": 5}}]}",
        "{\"choices\": [{\"message\": {\"content\": \"cut",
        "{\"choices\": [{\"message\": {\"content\": \"two\"}}]} {}",
        "{\"error\": {\"message\": \"no\"}}"
      })
  void whatIsNoCompletion_isNoAnswer(String body) {
    EndpointException failure = failure(client(ScriptedServer.json(200, body)));

    assertThat(failure).hasMessageContaining(": the response is no completion (no ");
    assertThat(failure.isPermanent()).isFalse();
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void aHugeResponse_isNotReadToItsEnd() {
    String huge = "x".repeat(RetryingHttpClient.LONGEST_RESPONSE);

    EndpointException failure = failure(client(ScriptedServer.says(huge)));

    assertThat(failure)
        .hasMessageEndingWith("the response is longer than 8388608 bytes: no completion is");
    assertThat(failure.isPermanent()).isFalse();
  }

  @Test
  void aServerThatStallsInMidBody_isLeftInTime() {
    client(ScriptedServer.stalls());
    EndpointException failure = failure(client(server.base(), Duration.ofMillis(200)));

    assertThat(failure)
        .hasMessageEndingWith(
            "no complete response within 0.2 s: allow more time, or send fewer requests at once");
    assertThat(failure.isPermanent()).isFalse();
    assertThat(server.requests()).hasSize(3);
  }

  @Test
  void noServer_isPermanent() {
    URI gone = server.base();
    server.close();

    EndpointException failure = failure(client(gone, Duration.ofSeconds(2)));

    assertThat(failure)
        .hasMessage(
            gone
                + "/chat/completions: no connection: is the server running, and is this its"
                + " address?");
    assertThat(failure.isPermanent()).isTrue();
  }

  @Test
  void aConnectionThatBreaks_isTriedAgain() throws Exception {
    EndpointClient client =
        client(
            exchange -> {
              throw new java.io.IOException("cut");
            },
            TOAD);

    assertThat(client.complete(QUESTION, GREEDY).text()).isEqualTo("A toad.");
  }

  @Test
  void anInterrupt_endsTheRequest() throws Exception {
    EndpointClient client = client(ScriptedServer.stalls());
    AtomicReference<Throwable> end = new AtomicReference<>();
    Thread asking =
        new Thread(
            () -> {
              try {
                client.complete(QUESTION, GREEDY);
              } catch (Throwable e) {
                end.set(e);
              }
            });
    asking.start();
    while (server.requests().isEmpty()) {
      Thread.sleep(5);
    }

    asking.interrupt();
    asking.join(1000);

    assertThat(end.get()).isInstanceOf(InterruptedException.class);
  }

  private static JsonNode json(String text) throws Exception {
    return new ObjectMapper().readTree(text);
  }
}
