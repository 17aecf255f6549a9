package dev.palinode.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.palinode.answer.ChatRequest;
import dev.palinode.chat.Message;
import dev.palinode.decode.sampling.SamplingSettings;
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
  private static final ChatRequest QUESTION = question("", SamplingSettings.GREEDY);
  private static final Reply TOAD = ScriptedServer.says("A toad.");

  private ScriptedServer server = new ScriptedServer(TOAD);

  private static ChatRequest question(String opening, SamplingSettings sampling) {
    List<Message> conversation = List.of(Message.user("What sings?"));
    return new ChatRequest(conversation, opening, sampling, 16, 5);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /** A client of a server with this script; two retries, a key, 20 seconds for a request. */
  private EndpointClient client(Reply... script) {
    server.close();
    server = new ScriptedServer(script);
    return client(server.base(), Duration.ofSeconds(20));
  }

  private static EndpointClient client(URI base, Duration timeout) {
    Endpoint endpoint = Endpoint.of(base, "toad-1b").withKeyIn("TOAD_KEY").withPatience(timeout, 2);
    return new EndpointClient(endpoint, KEYS, QUICK);
  }

  private static EndpointException failure(EndpointClient client) {
    return catchThrowableOfType(EndpointException.class, () -> client.chat(QUESTION, false));
  }

  @Test
  void aConversation_isAnswered() throws Exception {
    EndpointClient client = client(TOAD);
    List<Message> conversation =
        List.of(Message.system("Sing."), Message.user("Who?"), Message.assistant("\"I\""));
    SamplingSettings sampling = SamplingSettings.temperature(0.7);

    Completion completion = client.chat(new ChatRequest(conversation, "", sampling, 32, 5), false);

    assertThat(completion.text()).isEqualTo("A toad.");
    assertThat(completion.finishReason()).isEqualTo("stop");
    ScriptedServer.Request request = server.requests().get(0);
    assertThat(request.path()).isEqualTo("/v1/chat/completions");
    assertThat(request.authorization()).isEqualTo("Bearer sk-warts");
    assertThat(json(request.body()))
        .isEqualTo(
            json(
                """
                {"model": "toad-1b", "temperature": 0.7, "max_tokens": 32, "seed": 5,
                 "messages": [{"role": "system", "content": "Sing."},
                   {"role": "user", "content": "Who?"},
                   {"role": "assistant", "content": "\\"I\\""}]}
                """));
  }

  @Test
  void anAnswer_isContinued_andItsOpeningIsNotRepeated() throws Exception {
    ChatRequest begun = question("It was", SamplingSettings.GREEDY);
    assertThat(client(TOAD).chat(begun, false).text()).isEqualTo("A toad.");
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
    assertThat(repeats.chat(begun, false).text()).isEqualTo(" a toad.");
  }

  @Test
  void aText_isContinued_fromMidSentence() throws Exception {
    EndpointClient client =
        client(
            ScriptedServer.json(
                200,
                "{\"choices\": [{\"text\": \" toad \\u20ac\", \"finish_reason\": \"length\"}]}"));

    Completion completion =
        client.continueText(question("It is a", SamplingSettings.GREEDY), false);

    assertThat(completion.text()).isEqualTo(" toad €");
    assertThat(completion.finishReason()).isEqualTo("length");
    assertThat(server.requests().get(0).path()).isEqualTo("/v1/completions");
    assertThat(json(server.requests().get(0).body()))
        .isEqualTo(
            json(
                """
                {"model": "toad-1b", "temperature": 0.0, "max_tokens": 16,
                 "prompt": "User: What sings?\\n\\nAssistant: It is a", "stop": ["\\n\\nUser:"]}
                """));
  }

  @Test
  void settings_areSentAsOpenAisFields_orAsThoseOfVllmAndLlamaCpp() throws Exception {
    SamplingSettings sampling =
        SamplingSettings.builder()
            .temperature(1.5)
            .topP(0.9)
            .topK(40)
            .minP(0.05)
            .presencePenalty(0.5)
            .frequencyPenalty(-1)
            .repetitionPenalty(1.25)
            .logitBias(Map.of(7, -5.0, 9, Double.NEGATIVE_INFINITY))
            .build();
    EndpointClient client = client(TOAD);
    ChatRequest request = question("", sampling);

    client.chat(new ChatRequest(request.conversation(), "", sampling, 16, -1L), true);

    assertThat(json(server.requests().get(0).body()))
        .isEqualTo(
            json(
                """
                {"model": "toad-1b", "temperature": 1.5, "max_tokens": 16, "seed": 2147483647,
                 "top_p": 0.9, "presence_penalty": 0.5, "frequency_penalty": -1.0, "top_k": 40,
                 "min_p": 0.05, "repetition_penalty": 1.25, "repeat_penalty": 1.25,
                 "repeat_last_n": -1, "logit_bias": {"7": -5.0, "9": -100.0},
                 "skip_special_tokens": false,
                 "messages": [{"role": "user", "content": "What sings?"}]}
                """));
  }

  @Test
  void settingsThatNoServerTakes_areRefusedByName() {
    EndpointClient client = client(TOAD);

    assertThatThrownBy(() -> client.chat(question("", SamplingSettings.temperature(2.5)), false))
        .hasMessage("temperature is 2.5: a served model takes 0 to 2");
    assertThatThrownBy(
            () -> client.chat(question("", SamplingSettings.GREEDY.withBias(4, 101)), false))
        .hasMessage("logit bias 101.0 for token 4: a served model takes -100 to 100");
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void tokensAndTimes_areOfTheRequestThatWasAnswered() throws Exception {
    String answer =
        "{\"choices\": [{\"message\": {\"content\": \"quak\"}}],"
            + " \"usage\": {\"prompt_tokens\": 12, \"completion_tokens\": 3}}";
    EndpointClient client =
        client(
            ScriptedServer.withHeader("Retry-After", "1", ScriptedServer.json(429, "")),
            ScriptedServer.json(200, answer));

    Completion completion = client.chat(QUESTION, false);

    assertThat(completion.promptTokens()).isEqualTo(12);
    assertThat(completion.tokens()).isEqualTo(3);
    assertThat(completion.waiting()).isGreaterThan(Duration.ofMillis(990));
    assertThat(completion.total()).isBetween(Duration.ofNanos(1), Duration.ofMillis(900));
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 409, 425, 429, 500, 502, 503, 504})
  void whatMayPass_isTriedAgain(int status) throws Exception {
    EndpointClient client = client(ScriptedServer.json(status, "{}"), TOAD);

    assertThat(client.chat(QUESTION, false).text()).isEqualTo("A toad.");
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

    assertThat(client.chat(QUESTION, false).text()).isEqualTo("A toad.");
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

    assertThat(failure).hasMessageContaining(": the response is not a completion (no ");
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
    EndpointException failure = failure(client(server.base(), Duration.ofSeconds(1)));

    assertThat(failure)
        .hasMessageEndingWith(
            "no complete response within 1.0 s: allow more time, or send fewer requests at once");
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

    assertThat(client.chat(QUESTION, false).text()).isEqualTo("A toad.");
  }

  @Test
  void anInterrupt_endsTheRequest() throws Exception {
    EndpointClient client = client(ScriptedServer.stalls());
    AtomicReference<Throwable> end = new AtomicReference<>();
    Thread asking =
        new Thread(
            () -> {
              try {
                client.chat(QUESTION, false);
              } catch (Throwable e) {
                end.set(e);
              }
            });
    asking.start();
    while (server.requests().isEmpty()) {
      Thread.sleep(5);
    }

    asking.interrupt();
    asking.join(20_000);

    assertThat(end.get()).isInstanceOf(InterruptedException.class);
  }

  private static JsonNode json(String text) throws Exception {
    return new ObjectMapper().readTree(text);
  }
}
