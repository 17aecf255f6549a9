package dev.palinode.server.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.chat.Message;
import dev.palinode.decode.BatchLimits;
import dev.palinode.decode.Guidance;
import dev.palinode.decode.sampling.SamplingSettings;
import dev.palinode.decode.undo.UndoPolicy;
import dev.palinode.server.api.RequestReader;
import dev.palinode.server.api.ServerLimits;
import dev.palinode.server.engine.AnswerPart;
import dev.palinode.server.engine.AnswerPart.Failed;
import dev.palinode.server.engine.EngineException;
import dev.palinode.server.engine.EngineException.Kind;
import dev.palinode.server.engine.EngineRequest;
import dev.palinode.server.engine.EngineRequest.Chat;
import dev.palinode.server.engine.EngineRequest.Negative;
import dev.palinode.server.engine.EngineRequest.Prompt;
import dev.palinode.server.engine.EngineRequest.Text;
import dev.palinode.server.engine.EngineRequest.Undo;
import dev.palinode.server.engine.GuardSettings;
import dev.palinode.testkit.CharTokenizer;
import dev.palinode.testkit.FakeCausalLm;
import dev.palinode.testkit.UniformTokenizer;
import dev.palinode.token.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalEngineTest {
  private static final int RESET = 1;

  private final AtomicInteger encoded = new AtomicInteger();
  private final BlockingQueue<AnswerPart> parts = new LinkedBlockingQueue<>();

  /** Counts the texts that it encodes, and cannot encode those of more than 1,000 characters. */
  private final Tokenizer tokenizer =
      new UniformTokenizer() {
        private final CharTokenizer chars = new CharTokenizer();

        @Override
        public int[] encodeText(String text) {
          encoded.incrementAndGet();
          if (text.length() > 1000) {
            throw new IllegalArgumentException("a text that cannot be cut");
          }
          return chars.encodeText(text);
        }

        @Override
        public int vocabSize() {
          return chars.vocabSize();
        }

        @Override
        public String decode(int[] ids, boolean skipSpecialTokens) {
          return chars.decode(ids, skipSpecialTokens);
        }

        @Override
        public OptionalInt idOf(String token) {
          return chars.idOf(token);
        }

        @Override
        public boolean isSpecial(int id) {
          return chars.isSpecial(id);
        }
      };

  private LocalModel model(LocalModel.Scorer scorer) {
    return new LocalModel(
        FakeCausalLm.random(CharTokenizer.SIZE, 5000),
        tokenizer,
        Optional.empty(),
        OptionalInt.of(RESET),
        Set.of(CharTokenizer.EOS),
        scorer);
  }

  private static LocalSettings settings(double resetBias) {
    return settings(resetBias, false);
  }

  private static LocalSettings settings(double resetBias, boolean undoFixed) {
    return new LocalSettings(
        BatchLimits.rows(1).withMaxTokens(2000),
        1,
        100,
        UndoPolicy.onReset(RESET, 8),
        resetBias,
        undoFixed,
        GuardSettings.NONE,
        0,
        Optional.empty());
  }

  private LocalEngine engine(LocalModel.Scorer scorer) {
    return new LocalEngine("toad", model(scorer), settings(0));
  }

  private LocalEngine engine() {
    return engine((ids, top) -> List.of());
  }

  private static EngineRequest request(
      Prompt prompt, SamplingSettings sampling, boolean echo, Optional<Negative> guidance) {
    return new EngineRequest(
        "toad",
        prompt,
        sampling,
        echo ? 0 : 500,
        List.of(),
        5,
        echo ? OptionalInt.of(0) : OptionalInt.empty(),
        echo,
        Undo.DEFAULT,
        guidance,
        Optional.empty());
  }

  private static EngineRequest text(String prompt) {
    return request(new Text(prompt), SamplingSettings.GREEDY, false, Optional.empty());
  }

  private static EngineRequest scored(String prompt) {
    return request(new Text(prompt), SamplingSettings.GREEDY, true, Optional.empty());
  }

  // What is refused

  @Test
  void aTextThatCannotBeEncoded_isRefusedByItsField() {
    Negative negative = new Negative("y".repeat(1001), 2, Guidance.Form.LOG);
    EngineRequest guided =
        request(new Text("x"), SamplingSettings.GREEDY, false, Optional.of(negative));

    try (LocalEngine engine = engine()) {
      assertRefused(engine, text("x".repeat(1001)), "prompt");
      assertRefused(engine, guided, "palinode.guidance.negative");
    }
  }

  @Test
  void aNegativePromptThatIsTooLong_isRefused() {
    Negative negative = new Negative("y".repeat(101), 2, Guidance.Form.LOG);
    EngineRequest guided =
        request(new Text("x"), SamplingSettings.GREEDY, false, Optional.of(negative));

    try (LocalEngine engine = engine()) {
      assertRefused(engine, text("x".repeat(101)), "prompt");
      assertRefused(engine, guided, "palinode.guidance.negative");
    }
  }

  /** Raising all other tokens forbids the reset token, without naming it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"logit_bias\": {\"5\": 100} | logit_bias",
        "\"repetition_penalty\": 0.01 | repetition_penalty",
        "\"presence_penalty\": -2 | presence_penalty",
        "\"frequency_penalty\": -2 | frequency_penalty",
        "\"palinode\": {\"guidance\": {\"negative\": \"y\", \"scale\": 9}} | palinode.guidance",
        "\"palinode\": {\"reset_bias\": -100} | palinode.reset_bias",
        "\"palinode\": {\"max_resets\": 0} | palinode.max_resets",
      })
  void whereTheUndoIsFixed_aFieldThatShiftsLogits_isRefused(String json, String field) {
    String body = "{\"model\": \"toad\", \"prompt\": \"x\", " + json + "}";
    EngineRequest request =
        new RequestReader(new ServerLimits(1000, 10, 1, 10))
            .completion(body.getBytes(StandardCharsets.UTF_8))
            .requests()
            .get(0);

    LocalModel model = model((ids, top) -> List.of());
    try (LocalEngine engine = new LocalEngine("toad", model, settings(0, true))) {
      assertRefused(engine, request, field);
    }
  }

  @Test
  void whereTheUndoIsFixed_plainRequestsAreAnswered() throws Exception {
    LocalModel model = model((ids, top) -> List.of());
    SamplingSettings sampling = SamplingSettings.builder().temperature(1).topP(0.9).build();
    try (LocalEngine engine = new LocalEngine("toad", model, settings(0, true))) {
      engine.start(request(new Text("x"), sampling, false, Optional.empty()), parts::add);

      assertThat(parts.poll(5, TimeUnit.SECONDS)).isNotNull().isNotInstanceOf(Failed.class);
    }
  }

  private void assertRefused(LocalEngine engine, EngineRequest request, String field) {
    assertThatThrownBy(() -> engine.start(request, parts::add))
        .isInstanceOfSatisfying(
            EngineException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.INVALID);
              assertThat(e.field()).hasValue(field);
            });
  }

  @Test
  void theOperatorsBias_isNotUndoneByTheOppositeOne() throws Exception {
    RequestTranslation translation =
        new RequestTranslation(model((ids, top) -> List.of()), settings(-8));
    SamplingSettings opposite = SamplingSettings.builder().logitBias(Map.of(RESET, 8.0)).build();
    EngineRequest request = request(new Text("x"), opposite, false, Optional.empty());

    assertThat(translation.generation(request, new int[] {5}).sampling().logitBias())
        .isEqualTo(Map.of(RESET, 0.0));
  }

  // Work

  @Test
  void aPromptOfSeveralAnswers_isEncodedOnce_andNoneWhereThereIsNoRoom() throws Exception {
    CountDownLatch tested = new CountDownLatch(1); // the first answer does not end before
    LocalEngine engine = engine();
    try {
      EngineRequest request = text("x");
      engine.start(request, part -> awaitWithoutInterrupts(tested));
      engine.start(request, part -> {});
      assertThatThrownBy(() -> engine.start(text("y"), parts::add))
          .isInstanceOfSatisfying(
              EngineException.class, e -> assertThat(e.kind()).isEqualTo(Kind.BUSY));

      assertThat(encoded).hasValue(1);
      assertThat(engine.mostRequests()).isEqualTo(2);
    } finally {
      tested.countDown();
      engine.close();
    }
  }

  // Scoring

  @Test
  void anErrorOfTheScorer_failsTheRequest() throws Exception {
    LocalModel.Scorer full =
        (ids, top) -> {
          throw new OutOfMemoryError("no room for toads");
        };
    try (LocalEngine engine = engine(full)) {
      engine.start(scored("x"), parts::add);

      AnswerPart last = parts.poll(5, TimeUnit.SECONDS);
      assertThat(last).isInstanceOf(Failed.class);
      assertThat(((Failed) last).cause().kind()).isEqualTo(Kind.FAILED);
    }
  }

  @Test
  void closing_waitsForTheScorer_whichReadsTheModel() throws Exception {
    CountDownLatch reading = new CountDownLatch(1);
    CountDownLatch goesOn = new CountDownLatch(1);
    LocalModel.Scorer slow =
        (ids, top) -> {
          reading.countDown();
          awaitWithoutInterrupts(goesOn);
          return List.of();
        };
    LocalEngine engine = engine(slow);
    engine.start(scored("x"), parts::add);
    reading.await();
    CompletableFuture<Void> closing = CompletableFuture.runAsync(engine::close);

    Thread.sleep(100);
    assertThat(closing).isNotDone();
    goesOn.countDown();
    closing.get(5, TimeUnit.SECONDS);
  }

  /** As native code waits. */
  private static void awaitWithoutInterrupts(CountDownLatch latch) {
    while (latch.getCount() > 0) {
      Thread.onSpinWait();
    }
  }

  @Test
  void aConversation_needsAFormat() {
    try (LocalEngine engine = engine()) {
      Chat chat = new Chat(List.of(Message.user("?")), "");
      assertThatThrownBy(
              () ->
                  engine.start(
                      request(chat, SamplingSettings.GREEDY, false, Optional.empty()), parts::add))
          .hasMessageContaining("the model has no chat template");
    }
  }
}
