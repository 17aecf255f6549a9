package dev.palinode.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.chat.ChatFormat;
import dev.palinode.chat.Message;
import dev.palinode.decode.Decoder;
import dev.palinode.decode.GenerationEvent;
import dev.palinode.decode.GenerationEvent.Finished;
import dev.palinode.decode.GenerationRequest;
import dev.palinode.decode.undo.UndoPolicy;
import dev.palinode.model.LoadedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The shipped model does what its suggested prompts and the README's picture are meant to show. */
class ShippedModelTest {
  private static final Path ROOT = Path.of(System.getProperty("palinode.root", ".."));
  private static final Path FOLDER = ROOT.resolve("models/safety-world");

  private static LoadedModel model;

  @BeforeAll
  static void open() throws IOException {
    model = LoadedModel.open(FOLDER);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Test
  void suggestedPrompts_showHelpAndWithdrawal() throws IOException {
    List<GenerationEvent> ends = answers(Files.readAllLines(FOLDER.resolve("prompts.txt")));

    assertThat(ends).allMatch(end -> end instanceof Finished);
    assertThat(ends)
        .as("helped without a reset")
        .anyMatch(end -> ((Finished) end).usage().resets() == 0);
    assertThat(ends)
        .as("took several words back")
        .anyMatch(end -> ((Finished) end).usage().discardedTokens() > 5);
  }

  /** Otherwise make it again: see CONTRIBUTING. */
  @Test
  void picture_hasTheAnswersOfTheModel() throws IOException {
    List<String> questions = new ArrayList<>();
    StringBuilder shown = new StringBuilder();
    for (MatchResult text : texts(ROOT.resolve("docs/answer.svg"))) {
      if (text.group(1).equals("question")) {
        questions.add(text.group(2).replaceFirst("&gt; ", ""));
      }
      shown.append(text.group(2)).append(' ');
    }

    StringBuilder expected = new StringBuilder();
    List<GenerationEvent> ends = answers(questions);
    for (int i = 0; i < questions.size(); i++) {
      int[] raw = ((Finished) ends.get(i)).transcript().raw();
      String answer = model.tokenizer().decode(raw, false).replace("[RESET]", " [RESET] ");
      expected.append("&gt; ").append(questions.get(i)).append(' ').append(answer).append(' ');
    }
    assertThat(shown.toString()).contains("[RESET]").isEqualToNormalizingWhitespace(expected);
  }

  private static List<MatchResult> texts(Path picture) throws IOException {
    return Pattern.compile("<text class=\"([a-z]+)\"[^>]*>([^<]*)</text>")
        .matcher(Files.readString(picture))
        .results()
        .toList();
  }

  private static List<GenerationEvent> answers(List<String> questions) {
    ChatFormat format = model.chatFormat();
    List<GenerationRequest> requests =
        questions.stream()
            .map(
                question ->
                    GenerationRequest.builder(format.prompt(List.of(Message.user(question))))
                        .maxNewTokens(64)
                        .stopIds(format.endOfTurnIds())
                        .undo(UndoPolicy.onReset(model.resetId(), 1))
                        .build())
            .toList();
    return new Decoder(model.lm(), 1).generate(requests);
  }
}
