package dev.palinode.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.guardrail.OutputGuardrailException;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.SystemMessage;
import dev.langchain4j.service.TokenStream;
import dev.palinode.chat.Message;
import dev.palinode.decode.GuardPolicy;
import dev.palinode.guard.Guard;
import dev.palinode.guard.PatternGuard;
import dev.palinode.guard.Verdict;
import dev.palinode.langchain4j.PalinodeOutputGuardrail.Fatal;
import dev.palinode.langchain4j.PalinodeOutputGuardrail.Reprompt;
import dev.palinode.langchain4j.PalinodeOutputGuardrail.Response;
import dev.palinode.langchain4j.PalinodeOutputGuardrail.Retry;
import dev.palinode.token.TokenIds;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** AI services with the guardrail. The model names poison once, and then no more. */
class PalinodeOutputGuardrailTest {
  private static final Guard GUARD = PatternGuard.words(List.of("poison"));
  private static final String UNSAFE = "use poison";
  private static final String SAFE = "use soap";

  interface Assistant {
    @SystemMessage("be kind")
    String chat(String message);
  }

  interface StreamingAssistant {
    TokenStream chat(String message);
  }

  private final AtomicInteger asked = new AtomicInteger();
  private final RecitingModel reciter =
      new RecitingModel(prompt -> prompt.contains(UNSAFE) ? SAFE : "first#" + UNSAFE);
  private final ChatMemory memory = MessageWindowChatMemory.withMaxMessages(20);

  @AfterEach
  void close() {
    reciter.close();
  }

  private PalinodeModel model() {
    return reciter.model(
        request -> {
          asked.incrementAndGet();
          return request;
        });
  }

  private Assistant assistant(PalinodeOutputGuardrail guardrail) {
    return AiServices.builder(Assistant.class)
        .chatModel(new PalinodeChatModel(model()))
        .chatMemory(memory)
        .outputGuardrails(guardrail)
        .build();
  }

  @Test
  void safeAnswer_passes() {
    Guard other = PatternGuard.words(List.of("first"));

    assertThat(assistant(PalinodeOutputGuardrail.of(other, new Fatal())).chat("how?"))
        .isEqualTo(UNSAFE);
  }

  @Test
  void unsafeAnswer_isFatal_andLeavesTheMemory() {
    assertThatThrownBy(() -> assistant(PalinodeOutputGuardrail.of(GUARD, new Fatal())).chat("how?"))
        .isInstanceOf(OutputGuardrailException.class)
        .hasMessageContaining("unsafe: ");
    assertThat(memory.messages()).hasSize(2).asString().doesNotContain(UNSAFE);
    assertThat(asked).hasValue(1);
  }

  static List<Response> responsesThatAskAgain() {
    return List.of(new Retry(), new Reprompt("without poison please"));
  }

  @ParameterizedTest
  @MethodSource("responsesThatAskAgain")
  void modelIsAskedAgain(Response response) {
    assertThat(assistant(PalinodeOutputGuardrail.of(GUARD, response)).chat("how?")).isEqualTo(SAFE);
    assertThat(asked).hasValue(2);
  }

  static List<Guard> guardsWithoutADecision() {
    return List.of(
        (text, complete) -> {
          throw new IOException("it is down");
        },
        (text, complete) -> Verdict.undecided("who knows"),
        (text, complete) -> Verdict.failed("no reply"));
  }

  /** Whatever was chosen for unsafe text: it is not asked again, and nothing passes. */
  @ParameterizedTest
  @MethodSource("guardsWithoutADecision")
  void guardWithoutADecision_neverLetsTextThrough(Guard guard) {
    assertThatThrownBy(() -> assistant(PalinodeOutputGuardrail.of(guard, new Retry())).chat("how?"))
        .isInstanceOf(OutputGuardrailException.class)
        .hasMessageContaining("the guard ");
    assertThat(asked).hasValue(1);
    assertThat(memory.messages()).asString().doesNotContain(UNSAFE);
  }

  @Test
  void interruptedGuard_leavesTheThreadInterrupted() {
    Guard interrupted =
        (text, complete) -> {
          throw new InterruptedException("stop");
        };

    assertThatThrownBy(
            () -> assistant(PalinodeOutputGuardrail.of(interrupted, new Retry())).chat("how?"))
        .isInstanceOf(OutputGuardrailException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void judge_seesTheConversation() {
    List<List<Message>> seen = new ArrayList<>();
    PalinodeOutputGuardrail guardrail =
        PalinodeOutputGuardrail.judging(
            (conversation, answer) -> {
              seen.add(conversation);
              return answer.contains("poison") ? Verdict.unsafe("poison") : Verdict.safe();
            },
            new Reprompt("without poison please"));

    assistant(guardrail).chat("how?");
    assistant(guardrail).chat("and then?");

    Message kind = Message.system("be kind");
    Message how = Message.user("how?");
    assertThat(seen.subList(0, 2)).containsExactly(List.of(kind, how), List.of(kind, how));
    assertThat(seen.get(2))
        .containsExactly(kind, how, Message.assistant(UNSAFE), Message.user("and then?"));
  }

  @Test
  void judge_withoutMemory_seesTheUsersMessage() {
    List<List<Message>> seen = new ArrayList<>();
    Assistant assistant =
        AiServices.builder(Assistant.class)
            .chatModel(new PalinodeChatModel(model()))
            .outputGuardrails(
                PalinodeOutputGuardrail.judging(
                    (conversation, answer) -> {
                      seen.add(conversation);
                      return Verdict.safe();
                    },
                    new Fatal()))
            .build();

    assistant.chat("how?");

    assertThat(seen).containsExactly(List.of(Message.user("how?")));
  }

  /** What a user of a stream sees: partial texts, and in the end a response or an error. */
  private static final class Seen {
    final StringBuilder partial = new StringBuilder();
    final CompletableFuture<String> end = new CompletableFuture<>();

    static Seen of(TokenStream stream) throws Exception {
      Seen seen = new Seen();
      stream
          .onPartialResponse(seen.partial::append)
          .onCompleteResponse(response -> seen.end.complete(response.aiMessage().text()))
          .onError(error -> seen.end.complete(error.getClass().getSimpleName()))
          .start();
      seen.end.get(20, TimeUnit.SECONDS);
      return seen;
    }
  }

  private AiServices<StreamingAssistant> streaming(PalinodeModel model) {
    return AiServices.builder(StreamingAssistant.class)
        .streamingChatModel(
            new PalinodeStreamingChatModel(model, PalinodeStreamingChatModel.WHOLE_ANSWER))
        .chatMemory(memory);
  }

  @Test
  void streamedUnsafeAnswer_isNotSeen_withFatal() throws Exception {
    Seen seen =
        Seen.of(
            streaming(model())
                .outputGuardrails(PalinodeOutputGuardrail.of(GUARD, new Fatal()))
                .build()
                .chat("how?"));

    assertThat(seen.partial).isEmpty();
    assertThat(seen.end).isCompletedWithValue("OutputGuardrailException");
  }

  /** LangChain4j's, and the reason for the advice in the guardrail's documentation. */
  @Test
  void streamedRetry_showsTheRejectedAnswer_inThisVersionOfLangChain4j() throws Exception {
    Seen seen =
        Seen.of(
            streaming(model())
                .outputGuardrails(PalinodeOutputGuardrail.of(GUARD, new Retry()))
                .build()
                .chat("how?"));

    assertThat(seen.partial).hasToString(UNSAFE);
    assertThat(seen.end).isCompletedWithValue(SAFE);
  }

  /** The advice: guards of the model itself. */
  @Test
  void streamedUnsafeAnswer_isNotSeen_withGuardsOfTheModel() throws Exception {
    GuardPolicy policy =
        new GuardPolicy(
            List.of(GUARD),
            1,
            new GuardPolicy.ForceReset(),
            0,
            TokenIds.of('n', 'o'),
            Duration.ofSeconds(10));
    Seen seen =
        Seen.of(streaming(reciter.model(request -> request.guards(policy))).build().chat("how?"));

    assertThat(seen.partial).hasToString("no");
    assertThat(seen.end).isCompletedWithValue("no");
    assertThat(memory.messages()).asString().doesNotContain(UNSAFE);
  }
}
