package dev.palinode.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.palinode.answer.Answer;
import dev.palinode.answer.Answer.Failed;
import dev.palinode.answer.Answer.Given;
import dev.palinode.answer.Answer.Withdrawal;
import dev.palinode.answer.ChatModel;
import dev.palinode.answer.ChatModelContract;
import dev.palinode.answer.ChatRequest;
import dev.palinode.decode.FinishReason;
import dev.palinode.decode.sampling.SamplingSettings;
import dev.palinode.decode.undo.UndoCause;
import dev.palinode.testkit.ScriptedServer;
import dev.palinode.testkit.ScriptedServer.Reply;
import dev.palinode.testkit.ScriptedServer.Request;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class EndpointChatModelTest extends ChatModelContract {
  private static final RetryingHttpClient.Backoff QUICK =
      new RetryingHttpClient.Backoff(Duration.ofMillis(2), Duration.ofMillis(5));
  private static final Reply TOAD = ScriptedServer.says("A toad.");
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofSeconds(1); // where the server may stall

  private ScriptedServer server = new ScriptedServer(TOAD);

  @AfterEach
  void stop() {
    server.close();
  }

  @Override
  protected ChatModel model() {
    return answering(EndpointChatModelTest::answerByContent);
  }

  /** An answer that depends on every byte of the request, and repeats the opening, if any. */
  private static Reply answerByContent(Request request) {
    JsonNode last = json(request.body()).path("messages").path(1).path("content");
    String text = last.asText("") + "toad " + request.body().hashCode();
    return request.body().contains("refused")
        ? ScriptedServer.json(400, "{\"message\": \"too long\"}")
        : ScriptedServer.json(
            200,
            "{\"choices\": [{\"message\": {\"content\": \"%s\"}, \"finish_reason\": \"stop\"}],"
                    .formatted(text)
                + " \"usage\": {\"prompt_tokens\": 12, \"completion_tokens\": 3}}");
  }

  @Override
  protected ChatModel broken() {
    return model(ScriptedServer.json(401, ""));
  }

  @Override
  protected ChatRequest unanswerable() {
    return request("refused", "", SamplingSettings.GREEDY, 0);
  }

  private EndpointChatModel model(Reply... script) {
    Reply[] copy = script.clone();
    server.close();
    server = new ScriptedServer(copy);
    return model(server.base(), LONG);
  }

  private EndpointChatModel answering(Function<Request, Reply> replies) {
    server.close();
    server = new ScriptedServer(replies);
    return model(server.base(), LONG);
  }

  /** Four requests at once, two retries. */
  private static EndpointChatModel model(URI base, Duration patience) {
    Endpoint endpoint = Endpoint.of(base, "toad-1b").withPatience(patience, 2);
    return EndpointChatModel.chat(new EndpointClient(endpoint, Map.of(), QUICK), 4);
  }

  private static List<ChatRequest> requests(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> request("letter " + i, "", SamplingSettings.GREEDY, 0))
        .toList();
  }

  private static Answer only(ChatModel model) throws IOException {
    return model.answer(requests(1)).get(0);
  }

  private static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Stream<Reply> passing() {
    return Stream.of(
        ScriptedServer.json(429, ""),
        ScriptedServer.json(500, ""),
        ScriptedServer.stalls(),
        exchange -> {
          throw new IOException("cut");
        });
  }

  @ParameterizedTest
  @MethodSource("passing")
  void refusalServerErrorStallAndDisconnect_areOvercome(Reply trouble) throws IOException {
    model(trouble, TOAD);

    assertThat(((Given) only(model(server.base(), SHORT))).text()).isEqualTo("A toad.");
    assertThat(server.requests()).hasSize(2);
  }

  static Stream<Reply> lasting() {
    return Stream.of(
        ScriptedServer.json(500, ""),
        ScriptedServer.json(200, "<html>busy</html>"),
        ScriptedServer.json(200, ""),
        ScriptedServer.json(200, "{\"choices\": []}"),
        ScriptedServer.stalls(),
        exchange -> {
          throw new IOException("cut");
        });
  }

  @ParameterizedTest
  @MethodSource("lasting")
  void serverErrorGarbageNothingStallAndDisconnect_failAlone(Reply trouble) throws IOException {
    answering(request -> request.body().contains("letter 1") ? trouble : TOAD);

    List<Answer> answers = model(server.base(), SHORT).answer(requests(3));

    assertThat(answers.get(1))
        .isInstanceOfSatisfying(Failed.class, it -> assertThat(it.error()).contains("127.0.0.1"));
    assertThat(answers.get(0)).isInstanceOf(Given.class);
    assertThat(answers.get(2)).isInstanceOf(Given.class);
  }

  @Test
  void serverThatIsNotThere_endsTheCall() {
    URI gone = server.base();
    server.close();

    assertThatThrownBy(() -> model(gone, LONG).answer(requests(3)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(gone + "/chat/completions: no connection");
  }

  @Test
  void failureThatEndsTheCall_losesNoAnswerInFlight_andStartsNoMore() {
    CountDownLatch refused = new CountDownLatch(1);
    AtomicInteger asked = new AtomicInteger();
    Reply refuses =
        exchange -> {
          ScriptedServer.json(401, "").to(exchange);
          exchange.close();
          refused.countDown();
        };
    Reply late =
        exchange -> {
          await(refused);
          sleep(500); // the client has seen the refusal
          TOAD.to(exchange);
        };
    ChatModel model = answering(request -> asked.getAndIncrement() == 3 ? refuses : late);
    List<Answer> answers = Collections.synchronizedList(new ArrayList<>());

    assertThatThrownBy(() -> model.answer(requests(20), (answer, index) -> answers.add(answer)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("it wants a key");

    assertThat(answers).hasSize(3).allMatch(Given.class::isInstance);
    assertThat(server.requests()).hasSize(4);
  }

  @Test
  void tooManyFailuresInARow_endTheCall_butNotWithAnAnswerBetweenThem() throws IOException {
    Reply[] script = new Reply[2 * FailuresInARow.MOST - 1];
    Arrays.fill(script, ScriptedServer.json(400, ""));
    script[FailuresInARow.MOST - 1] = TOAD;
    EndpointChatModel model = model(script);

    for (int i = 0; i < script.length; i++) {
      assertThat(only(model) instanceof Given).isEqualTo(i == FailuresInARow.MOST - 1);
    }
    assertThatThrownBy(() -> only(model))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("20 requests in a row have failed, the last one: http://127");
  }

  @Test
  void requestsInFlight_areAsManyAsAllowed() throws IOException {
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch four = new CountDownLatch(4);
    ChatModel model =
        answering(
            request ->
                exchange -> {
                  most.accumulateAndGet(now.incrementAndGet(), Math::max);
                  four.countDown();
                  await(four);
                  sleep(20); // a fifth would come
                  now.decrementAndGet();
                  TOAD.to(exchange);
                });

    assertThat(model.answer(requests(16))).hasSize(16);

    assertThat(most.get()).isEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource({"stop, STOP", "length, LENGTH", "content_filter, REFUSED", "'', STOP"})
  void finishReason_isMapped(String reason, FinishReason expected) throws IOException {
    Given given = (Given) only(model(finishing(reason)));

    assertThat(given.finish()).isEqualTo(expected);
    assertThat(given.detail().isEmpty()).isEqualTo(expected != FinishReason.REFUSED);
    assertThat(given.trace()).isEmpty();
  }

  @Test
  void answerThatTheServerBrokeOff_isNone() throws IOException {
    assertThat(only(model(finishing("abort"))))
        .isEqualTo(new Failed("the server ended the answer before its end (abort)"));
  }

  private static Reply finishing(String reason) {
    return ScriptedServer.json(
        200,
        "{\"choices\": [{\"message\": {\"content\": \"A toad.\"}, \"finish_reason\": \"%s\"}]}"
            .formatted(reason));
  }

  @Test
  void resetsThatTheServerShows_withdrawTheTextBeforeThem() throws IOException {
    EndpointChatModel model = model(ScriptedServer.says("A newt.[RESET] A frog[RESET] A toad."));

    Given given = (Given) only(model.showingResets("[RESET]"));

    assertThat(given.text()).isEqualTo(" A toad.");
    assertThat(given.usage().resets()).isEqualTo(2);
    Answer.Trace trace = given.trace().orElseThrow();
    assertThat(trace.text()).isEqualTo("A newt.[RESET] A frog[RESET] A toad.");
    assertThat(trace.withdrawals())
        .containsExactly(
            new Withdrawal(0, 0, "A newt.", UndoCause.RESET, ""),
            new Withdrawal(0, 0, " A frog", UndoCause.RESET, ""));
    assertThat(server.requests().get(0).body()).contains("\"skip_special_tokens\":false");
    assertThat(model.showingResets("[RESET]").identity()).isNotEqualTo(model.identity());
  }

  @Test
  void answerWithoutAReset_isVisible_thatIsResetLast_isEmpty() throws IOException {
    Given whole = (Given) only(model(TOAD).showingResets("[RESET]"));
    Given empty =
        (Given) only(model(ScriptedServer.says("A newt.[RESET]")).showingResets("[RESET]"));

    assertThat(whole.text()).isEqualTo("A toad.");
    assertThat(whole.trace().orElseThrow().withdrawals()).isEmpty();
    assertThat(empty.text()).isEmpty();
  }

  @Test
  void settingThatNoServerTakes_isAFailure_withItsName() throws IOException {
    List<Answer> answers =
        model(TOAD).answer(List.of(request("a", "", SamplingSettings.temperature(3), 0)));

    assertThat(answers)
        .containsExactly(new Failed("temperature is 3.0: a served model takes 0 to 2"));
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void plainText_hasAnIdentityOfItsOwn_andAnotherResource() throws IOException {
    model(ScriptedServer.json(200, "{\"choices\": [{\"text\": \" toad\"}]}"));
    EndpointClient client = new EndpointClient(Endpoint.of(server.base(), "toad-1b"), Map.of());
    ChatModel text = EndpointChatModel.text(client, 1);

    assertThat(((Given) only(text)).text()).isEqualTo(" toad");
    assertThat(server.requests().get(0).path()).isEqualTo("/v1/completions");
    assertThat(text.identity()).isNotEqualTo(EndpointChatModel.chat(client, 1).identity());
  }

  @Test
  void interrupt_endsTheCall() {
    ChatModel model = model(ScriptedServer.stalls());
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> model.answer(requests(3))).isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void sleep(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
