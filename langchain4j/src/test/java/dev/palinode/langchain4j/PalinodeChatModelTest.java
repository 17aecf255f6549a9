package dev.palinode.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.LangChain4jException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import dev.palinode.decode.undo.UndoPolicy;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class PalinodeChatModelTest {
  private static ChatResponse ask(PalinodeModel model, String text) {
    return new PalinodeChatModel(model).chat(UserMessage.from(text));
  }

  @Test
  void answer_isTheVisibleText_andUsageCountsAllThatWasSampled() {
    try (RecitingModel reciter = RecitingModel.echo()) {
      ChatResponse response = ask(reciter.model(), "take it#it is");

      assertThat(response.aiMessage().text()).isEqualTo("it is");
      assertThat(response.finishReason()).isEqualTo(FinishReason.STOP);
      assertThat(response.modelName()).isEqualTo("reciter");
      int prompt = "user: take it#it is\n\u0002".length();
      assertThat(response.tokenUsage()).isEqualTo(new TokenUsage(prompt, 7 + 1 + 5 + 1));
    }
  }

  @Test
  void finishReasons() {
    try (RecitingModel reciter = RecitingModel.echo()) {
      PalinodeModel refusing =
          reciter.model(
              request ->
                  request.undo(UndoPolicy.onReset(RecitingModel.RESET, 0).refusingWith('n', 'o')));
      PalinodeModel impatient = reciter.model(request -> request.timeLimit(Duration.ofNanos(1)));
      PalinodeModel terse =
          reciter.model().withDefaults(ChatRequestParameters.builder().maxOutputTokens(3).build());

      assertThat(ask(refusing, "a#b").finishReason()).isEqualTo(FinishReason.CONTENT_FILTER);
      assertThat(ask(refusing, "a#b").aiMessage().text()).isEqualTo("no");
      assertThat(ask(impatient, "abc").finishReason()).isEqualTo(FinishReason.OTHER);
      assertThat(ask(terse, "abcd").finishReason()).isEqualTo(FinishReason.LENGTH);
      assertThat(ask(terse, "abcd").aiMessage().text()).isEqualTo("abc");
    }
  }

  @Test
  void conversationThatIsTooLong_isInvalid() {
    try (RecitingModel reciter = RecitingModel.echo()) {
      assertThatThrownBy(() -> ask(reciter.model(), "x".repeat(5000)))
          .isExactlyInstanceOf(InvalidRequestException.class)
          .hasMessageContaining("4000");
    }
  }

  @Test
  void closedService_failsTheCall() {
    RecitingModel reciter = RecitingModel.echo();
    reciter.close();

    assertThatThrownBy(() -> ask(reciter.model(), "hi"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  @Timeout(20)
  void interruptedCall_endsItsRequest() throws Exception {
    try (RecitingModel reciter = RecitingModel.slow("on and on ".repeat(300))) {
      PalinodeChatModel model =
          new PalinodeChatModel(reciter.model(request -> request.maxNewTokens(3000)));
      AtomicReference<Throwable> failure = new AtomicReference<>();
      Thread caller =
          new Thread(
              () -> {
                try {
                  model.chat(ChatRequest.builder().messages(UserMessage.from("go")).build());
                } catch (RuntimeException e) {
                  failure.set(
                      Thread.currentThread().isInterrupted() ? e : new AssertionError("cleared"));
                }
              });
      caller.start();
      while (reciter.lm.tokensRead() == 0) {
        Thread.sleep(1); // until it is asked
      }
      caller.interrupt();
      caller.join();

      assertThat(failure.get())
          .isExactlyInstanceOf(LangChain4jException.class)
          .hasMessageContaining("interrupted");
      while (reciter.lm.openRows() > 0) {
        Thread.sleep(1); // until the next step
      }
    }
  }
}
