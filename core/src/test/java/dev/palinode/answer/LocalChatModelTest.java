package dev.palinode.answer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.answer.Answer.Failed;
import dev.palinode.answer.Answer.Given;
import dev.palinode.answer.Answer.Withdrawal;
import dev.palinode.answer.LocalChatModel.NegativeSystem;
import dev.palinode.chat.ChatFormat;
import dev.palinode.chat.ChatFormats;
import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import dev.palinode.decode.BatchLimits;
import dev.palinode.decode.CausalLm;
import dev.palinode.decode.Decoder;
import dev.palinode.decode.FinishReason;
import dev.palinode.decode.Guidance;
import dev.palinode.decode.SequenceBatch;
import dev.palinode.decode.sampling.SamplingSettings;
import dev.palinode.decode.undo.UndoCause;
import dev.palinode.decode.undo.UndoPolicy;
import dev.palinode.testkit.DelegatingLm;
import dev.palinode.testkit.FakeCausalLm;
import dev.palinode.testkit.Fixtures;
import dev.palinode.testkit.ToyTokenizer;
import dev.palinode.token.HuggingFaceTokenizer;
import dev.palinode.token.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LocalChatModelTest extends ChatModelContract {
  private static final int A = 2;
  private static final int B = 3;
  private static final int BAD = 6;

  private static final List<Message> DISCREET =
      List.of(Message.system("Be discreet."), Message.user("Who came?"));

  /** A token for each letter; knows no system messages. */
  private static final ChatFormat FORMAT =
      new ChatFormat() {
        @Override
        public int[] prompt(List<Message> messages) {
          if (messages.get(0).role() == Role.SYSTEM) {
            throw new IllegalArgumentException("no system messages here");
          }
          return messages.stream().flatMapToInt(message -> ids(message.content())).toArray();
        }

        @Override
        public int[] answer(String text) {
          return IntStream.concat(ids(text), IntStream.of(ToyTokenizer.EOS)).toArray();
        }

        private IntStream ids(String text) {
          return text.chars().map(letter -> letter == 'a' ? A : B);
        }

        @Override
        public List<String> stopTexts() {
          return List.of("! Yes");
        }

        @Override
        public Set<Integer> endOfTurnIds() {
          return Set.of(ToyTokenizer.EOS);
        }
      };

  private static LocalChatModel model(CausalLm lm) {
    ToyTokenizer tokenizer = new ToyTokenizer();
    return new LocalChatModel(
        "fake",
        new Decoder(lm, tokenizer, BatchLimits.rows(4)),
        tokenizer,
        FORMAT,
        UndoPolicy.onReset(ToyTokenizer.RESET, 1),
        0,
        Optional.empty());
  }

  private static ChatRequest request(String opening) {
    return request("b", opening, SamplingSettings.GREEDY, 0);
  }

  @Override
  protected ChatModel model() {
    return model(FakeCausalLm.random(ToyTokenizer.SIZE, 40));
  }

  @Override
  protected ChatModel broken() {
    return model(
        new DelegatingLm(FakeCausalLm.random(ToyTokenizer.SIZE, 40)) {
          @Override
          public SequenceBatch newBatch() {
            throw new IllegalStateException("out of memory");
          }
        });
  }

  @Override
  protected ChatRequest unanswerable() {
    return request("a".repeat(50), "", SamplingSettings.GREEDY, 0);
  }

  @Test
  void identity_isInWords() {
    assertThat(model().identity())
        .isEqualTo(
            "local model fake, reset token %s, at most 1 resets, undo scope everything, context kept,"
                    .formatted(ToyTokenizer.RESET)
                + " reset bias 0.0, no guidance");
    assertThat(new NegativeSystem("Be rude.", 1.5, Guidance.Form.LOG))
        .hasToString("guidance scale 1.5, log form, negative prompt \"Be rude.\"");
  }

  @Test
  void answerWithAReset_hasVisibleText_andAllThatWasGenerated() throws IOException {
    int[] script = {A, BAD, ToyTokenizer.RESET, B, ToyTokenizer.EOS};

    Answer answer =
        model(FakeCausalLm.reciting(ToyTokenizer.SIZE, 1, script))
            .answer(List.of(request("")))
            .get(0);

    Given given = (Given) answer;
    assertThat(given.text()).isEqualTo("b");
    assertThat(given.finish()).isEqualTo(FinishReason.STOP);
    assertThat(given.usage().discardedTokens()).isEqualTo(2);
    Answer.Trace trace = given.trace().orElseThrow();
    assertThat(trace.ids().toArray()).containsExactly(A, BAD, ToyTokenizer.RESET, B);
    assertThat(trace.text()).isEqualTo("abad[RESET]b");
    assertThat(trace.withdrawals())
        .containsExactly(new Withdrawal(3, 2, "abad", UndoCause.RESET, ""));
  }

  @Test
  void opening_isReadAfterThePrompt() throws IOException {
    int[] script = {B, ToyTokenizer.EOS}; // recited after a prompt of 1 token and 2 of the opening

    Answer answer =
        model(FakeCausalLm.reciting(ToyTokenizer.SIZE, 3, script))
            .answer(List.of(request("ab")))
            .get(0);

    assertThat(((Given) answer).text()).isEqualTo("b");
  }

  @Test
  void conversationThatTheFormatRefuses_failsAlone() throws IOException {
    ChatRequest refused =
        new ChatRequest(
            List.of(Message.system("a"), Message.user("a")), "", SamplingSettings.GREEDY, 10, 0);

    List<Answer> answers = model().answer(List.of(refused, request("")));

    assertThat(answers.get(0)).isEqualTo(new Failed("no system messages here"));
    assertThat(answers.get(1)).isInstanceOf(Given.class);
  }

  @Test
  void answer_endsBeforeAStopTextOfTheFormat() throws IOException {
    int[] script = {A, 7, B, B, B, B, B, B, B};

    Answer answer =
        model(FakeCausalLm.reciting(ToyTokenizer.SIZE, 1, script))
            .answer(List.of(request("")))
            .get(0);

    assertThat(((Given) answer).text()).isEqualTo("a");
  }

  @Test
  void chatFormat_goesOnBehindTheOpening_withTheTokensOfTheWholeAnswer() throws IOException {
    Path folder = Fixtures.fixture("models/llama");
    try (HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.open(folder)) {
      ChatFormat format = ChatFormats.of(folder, tokenizer);
      int[] whole = format.answer("It was somebody.");
      int[] opening = format.answer("It was");
      int prompt = format.prompt(DISCREET).length + opening.length - 1;
      int[] rest = Arrays.copyOfRange(whole, opening.length - 1, whole.length);

      assertThat(goesOn(tokenizer, format, prompt, rest)).isEqualTo(" somebody.");
    }
  }

  @Test
  void plainText_goesOnBehindTheText_andEndsWhereTheUserSpeaksAgain() throws IOException {
    Path folder = Fixtures.fixture("models/llama");
    try (HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.open(folder)) {
      ChatFormat format = ChatFormats.of(folder, tokenizer, ChatFormats.USER_ASSISTANT);
      String text = "Be discreet.\n\nUser: Who came?\n\nAssistant: It was";
      int prompt = tokenizer.encodeDocument(text).length;
      int[] rest = tokenizer.encodeText(" somebody.\n\nUser: And");

      assertThat(goesOn(tokenizer, format, prompt, rest)).isEqualTo(" somebody.");
    }
  }

  /** The answer that begins with "It was", of a model that recites after a prompt. */
  private static String goesOn(
      Tokenizer tokenizer, ChatFormat format, int promptLength, int... script) throws IOException {
    FakeCausalLm lm = FakeCausalLm.reciting(tokenizer.vocabSize(), promptLength, script);
    Decoder decoder = new Decoder(lm, tokenizer, BatchLimits.rows(2));
    ChatModel model =
        new LocalChatModel(
            "fake", decoder, tokenizer, format, UndoPolicy.NONE, 0, Optional.empty());
    ChatRequest request = new ChatRequest(DISCREET, "It was", SamplingSettings.GREEDY, 30, 1);
    return ((Given) model.answer(List.of(request)).get(0)).text();
  }
}
