package dev.palinode.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingHandle;
import dev.palinode.decode.GuardPolicy;
import dev.palinode.decode.undo.UndoCause;
import dev.palinode.decode.undo.UndoPolicy;
import dev.palinode.decode.undo.UndoScope;
import dev.palinode.guard.PatternGuard;
import dev.palinode.token.TokenIds;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class PalinodeStreamingChatModelTest {
  private static final int BUFFERED = PalinodeStreamingChatModel.WHOLE_ANSWER;

  /** Streams the answer to a message, and returns its handler after the end. */
  private static <H extends RecordingHandler> H stream(
      PalinodeModel model, int holdBack, String message, H handler) throws Exception {
    new PalinodeStreamingChatModel(model, holdBack)
        .chat(List.of(UserMessage.from(message)), handler);
    assertThat(handler.response.handle((response, error) -> true).get(20, TimeUnit.SECONDS))
        .isTrue();
    return handler;
  }

  /** A model whose resets withdraw this number of tokens, or everything if it is 5. */
  private static PalinodeModel undoing(RecitingModel reciter, int tokens) {
    UndoScope extent = tokens == 5 ? UndoScope.EVERYTHING : new UndoScope.LastTokens(tokens);
    return reciter.model(
        request -> request.undo(UndoPolicy.onReset(RecitingModel.RESET, 1000).withExtent(extent)));
  }

  @Provide
  Arbitrary<String> scripts() {
    return Arbitraries.strings().withChars("abc##").ofMinLength(1).ofMaxLength(25);
  }

  /**
   * Undos of every length, and every window: a handler gets exactly the visible text, or an error
   * if something that it got is withdrawn; one that takes text back always gets the visible text.
   */
  @Property(tries = 300)
  void handler_endsWithTheVisibleText_orAnError(
      @ForAll("scripts") String script,
      @ForAll @IntRange(max = 6) int window,
      @ForAll @IntRange(min = 1, max = 5) int tokens)
      throws Exception {
    Reference expected = new Reference(script, window, tokens);
    try (RecitingModel reciter = RecitingModel.echo()) {
      PalinodeModel model = undoing(reciter, tokens);

      RecordingHandler plain = stream(model, window, script, new RecordingHandler());
      RecordingHandler.Retracting able =
          stream(model, window, script, new RecordingHandler.Retracting());
      RecordingHandler buffered = stream(model, BUFFERED, script, new RecordingHandler());

      if (expected.tooLate) {
        assertThat(plain.errors).hasSize(1);
        assertThat(plain.errors.get(0)).isInstanceOf(AnswerWithdrawnException.class);
        assertThat(plain.completed).isZero();
      } else {
        assertComplete(plain, expected.visible);
      }
      assertComplete(able, expected.visible);
      assertThat(able.retracted.isEmpty()).isEqualTo(!expected.tooLate);
      assertComplete(buffered, expected.visible);
    }
  }

  private static void assertComplete(RecordingHandler handler, CharSequence visible)
      throws Exception {
    assertThat(handler.errors).isEmpty();
    assertThat(handler.completed).isOne();
    assertThat(handler.late).isZero();
    assertThat(handler.shown).hasToString(visible.toString());
    assertThat(handler.await().aiMessage().text()).isEqualTo(visible.toString());
  }

  /** The visible text of a script, and whether some of what was undone had been sent. */
  private static final class Reference {
    final StringBuilder visible = new StringBuilder();
    boolean tooLate;

    Reference(String script, int window, int tokens) {
      int sent = 0;
      for (int i = 0; i < script.length(); i++) {
        if (script.charAt(i) == RecitingModel.RESET) {
          visible.setLength(tokens == 5 ? 0 : Math.max(0, visible.length() - tokens));
          tooLate |= sent > visible.length();
          sent = Math.min(sent, visible.length());
        } else {
          visible.append(script.charAt(i));
          sent = Math.max(sent, visible.length() - window);
        }
      }
    }
  }

  @Test
  void whatWasWithdrawnTooLate_isNotInTheError() throws Exception {
    try (RecitingModel reciter = RecitingModel.echo()) {
      RecordingHandler handler = stream(reciter.model(), 3, "secret#fine", new RecordingHandler());

      assertThat(handler.errors.get(0))
          .hasMessageContaining("3 tokens were withdrawn")
          .hasMessageContaining("RESET")
          .hasMessageNotContaining("sec");
      assertThat(((AnswerWithdrawnException) handler.errors.get(0)).undoCause())
          .isEqualTo(UndoCause.RESET);
    }
  }

  @Test
  void retractions_haveTextAndCause() throws Exception {
    try (RecitingModel reciter = RecitingModel.echo()) {
      RecordingHandler.Retracting handler =
          stream(reciter.model(), 1, "one#two#three", new RecordingHandler.Retracting());

      assertThat(handler.retracted).containsExactly("on RESET", "tw RESET");
    }
  }

  /** The client may still show the text: this is not an exception that a stream survives. */
  @Test
  void retractionThatFails_endsTheStream() throws Exception {
    final class Unable extends RecordingHandler implements RetractionListener {
      @Override
      public void onRetraction(String text, UndoCause cause) {
        throw new IllegalStateException("cannot");
      }
    }
    try (RecitingModel reciter = RecitingModel.echo()) {
      RecordingHandler handler = stream(reciter.model(), 0, "one#two", new Unable());

      assertThat(handler.errors).singleElement().asString().contains("cannot");
      assertThat(handler.completed).isZero();
      assertThat(handler.shown).hasToString("one");
    }
  }

  @Test
  void answerThatCannotBeWithdrawn_isNotHeldBack() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    RecordingHandler handler =
        new RecordingHandler() {
          @Override
          void act(String text, StreamingHandle handle) {
            begun.countDown();
          }
        };
    try (RecitingModel reciter = paused(begun)) {
      stream(reciter.model(request -> request.undo(UndoPolicy.NONE)), BUFFERED, "go", handler);

      assertThat(handler.shown).hasToString("abc");
    }
  }

  /** A model that says a letter, and goes on when it has been shown. */
  private static RecitingModel paused(CountDownLatch begun) {
    int[] step = {0};
    return new RecitingModel(
        prompt -> {
          if (step[0]++ == 2) {
            try {
              assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
          }
          return "abc";
        });
  }

  /** Text that guards have not approved is not in the stream at all. */
  @Test
  void guardsOfTheModel_letNothingUncheckedOut() throws Exception {
    GuardPolicy policy =
        new GuardPolicy(
            List.of(PatternGuard.words(List.of("poison"))),
            1,
            new GuardPolicy.ForceReset(),
            0,
            TokenIds.of('n', 'o'),
            Duration.ofSeconds(10));
    try (RecitingModel reciter = RecitingModel.echo()) {
      PalinodeModel model = reciter.model(request -> request.guards(policy));

      RecordingHandler.Retracting unsafe =
          stream(model, 0, "mix the poison now", new RecordingHandler.Retracting());
      RecordingHandler safe = stream(model, 0, "mix the paint now", new RecordingHandler());

      assertComplete(unsafe, "no");
      assertThat(String.join("", unsafe.retracted)).doesNotContain("poi");
      assertComplete(safe, "mix the paint now");
    }
  }

  @Test
  @Timeout(20)
  void cancelledStream_deliversNothingMore_andFreesItsRow() throws Exception {
    StreamingHandle[] handles = new StreamingHandle[1];
    CountDownLatch cancelled = new CountDownLatch(1);
    RecordingHandler handler =
        new RecordingHandler() {
          @Override
          void act(String text, StreamingHandle handle) {
            handles[0] = handle;
            if (shown.length() == 5) {
              handle.cancel();
              cancelled.countDown();
            }
          }
        };
    try (RecitingModel reciter = RecitingModel.slow("on and on ".repeat(300))) {
      PalinodeModel model = reciter.model(request -> request.maxNewTokens(3000));
      new PalinodeStreamingChatModel(model, 2).chat("go", handler);
      cancelled.await();
      while (reciter.lm.openRows() > 0) {
        Thread.sleep(1); // until the next step
      }

      assertThat(handles[0].isCancelled()).isTrue();
      assertThat(handler.shown).hasToString("on an");
      assertThat(handler.response).isNotDone();
      assertThat(reciter.lm.tokensRead()).isLessThan(3000);
    }
  }

  /** As a guardrail does: the answer to the second request comes while the first handler waits. */
  @Test
  void handler_mayAskTheModelAgainAndWait() throws Exception {
    try (RecitingModel reciter = RecitingModel.echo()) {
      PalinodeModel model = reciter.model();
      RecordingHandler handler =
          new RecordingHandler() {
            @Override
            public void onCompleteResponse(ChatResponse complete) {
              try {
                String text = stream(model, 1, "again", new RecordingHandler()).shown.toString();
                shown.append(" ").append(text);
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
              super.onCompleteResponse(complete);
            }
          };

      assertThat(stream(model, 1, "first", handler).shown).hasToString("first again");
    }
  }

  @Test
  void requestThatIsTooLong_isAnError_andOneThatIsInvalidIsThrown() throws Exception {
    try (RecitingModel reciter = RecitingModel.echo()) {
      RecordingHandler handler =
          stream(reciter.model(), 1, "x".repeat(5000), new RecordingHandler());
      ChatRequest hot =
          ChatRequest.builder()
              .messages(UserMessage.from("hi"))
              .parameters(ChatRequestParameters.builder().temperature(-1.0).build())
              .build();

      assertThat(handler.errors).singleElement().isInstanceOf(InvalidRequestException.class);
      assertThatThrownBy(
              () ->
                  new PalinodeStreamingChatModel(reciter.model(), 1)
                      .chat(hot, new RecordingHandler()))
          .isInstanceOf(InvalidRequestException.class)
          .hasMessageContaining("temperature");
    }
  }

  @Test
  void closedService_endsTheStreamWithAnError() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    RecordingHandler handler =
        new RecordingHandler() {
          @Override
          void act(String text, StreamingHandle handle) {
            begun.countDown();
          }
        };
    RecitingModel reciter = RecitingModel.slow("on and on ".repeat(300));
    new PalinodeStreamingChatModel(reciter.model(request -> request.maxNewTokens(3000)), 0)
        .chat("go", handler);
    begun.await();
    reciter.close();

    assertThatThrownBy(handler::await).hasMessageContaining("closed");
    assertThat(handler.completed).isZero();
  }
}
