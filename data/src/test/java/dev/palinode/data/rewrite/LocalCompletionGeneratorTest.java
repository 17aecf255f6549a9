package dev.palinode.data.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.chat.ChatFormat;
import dev.palinode.chat.ChatFormats;
import dev.palinode.chat.Message;
import dev.palinode.decode.BatchLimits;
import dev.palinode.decode.Decoder;
import dev.palinode.testkit.FakeCausalLm;
import dev.palinode.testkit.Fixtures;
import dev.palinode.token.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A model that goes on behind the opening of an answer, on a model that recites. */
class LocalCompletionGeneratorTest {
  private static final List<Message> PROMPT =
      List.of(Message.system("Be discreet."), Message.user("Who came?"));

  private HuggingFaceTokenizer tokenizer;
  private ChatFormat format;

  @BeforeEach
  void open() {
    Path folder = Fixtures.fixture("models/llama");
    tokenizer = HuggingFaceTokenizer.open(folder);
    format = ChatFormats.of(folder, tokenizer);
  }

  @AfterEach
  void close() {
    if (tokenizer != null) {
      tokenizer.close();
    }
  }

  @Test
  void chat_goesOnBehindTheOpening_andSpellsTheWholeAnswer() throws IOException {
    int[] whole = format.answer("It was somebody.");
    int[] opening = format.answer("It was");
    int[] rest = Arrays.copyOfRange(whole, opening.length - 1, whole.length);
    int prompt = format.prompt(PROMPT).length + opening.length - 1;

    assertThat(write(WritingSettings.Mode.CHAT, 30, prompt, rest)).containsExactly(" somebody.");
  }

  @Test
  void completion_goesOnBehindTheText_andEndsWhereTheNextSpeakerBegins() throws IOException {
    int prompt =
        tokenizer.encodeDocument("Be discreet.\n\nUser: Who came?\n\nAssistant: It was").length;
    int[] rest = tokenizer.encodeText(" somebody.\n\nUser: And");

    assertThat(write(WritingSettings.Mode.COMPLETION, 30, prompt, rest))
        .containsExactly(" somebody.");
  }

  @Test
  void answerThatBreaksOff_isCutBehindItsLastSentence() throws IOException {
    int prompt = format.prompt(PROMPT).length + format.answer("It was").length - 1;
    int[] rest = tokenizer.encodeText(" somebody. He came late and ate all of it");

    assertThat(write(WritingSettings.Mode.CHAT, rest.length, prompt, rest))
        .containsExactly(" somebody.");
  }

  @Test
  void answerWithoutASentence_andDialogueThatIsTooLong_giveNothing() throws IOException {
    int prompt = format.prompt(PROMPT).length + format.answer("It was").length - 1;
    int[] endless = IntStream.generate(() -> tokenizer.encodeText("a")[0]).limit(40).toArray();

    assertThat(write(WritingSettings.Mode.CHAT, 5, prompt, endless)).containsExactly("");
    assertThat(write(WritingSettings.Mode.CHAT, 5, 2, new int[] {1})).containsExactly("");
  }

  private List<String> write(
      WritingSettings.Mode mode, int maxTokens, int promptLength, int... script)
      throws IOException {
    FakeCausalLm model = FakeCausalLm.reciting(tokenizer.vocabSize(), promptLength, script);
    LocalCompletionGenerator writer =
        new LocalCompletionGenerator(
            "fake",
            new Decoder(model, tokenizer, BatchLimits.rows(2)),
            tokenizer,
            format,
            Set.of(),
            new WritingSettings(mode, 0, maxTokens));
    return writer.write(List.of(new CompletionGenerator.Unfinished(PROMPT, "It was", 1)));
  }
}
