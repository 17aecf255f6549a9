package dev.palinode.cli.options;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.chat.ChatFormat;
import dev.palinode.chat.Message;
import dev.palinode.decode.GenerationRequest;
import dev.palinode.model.LoadedModel;
import dev.palinode.testkit.Fixtures;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class GenerationOptionsTest {
  /** Turns of such a format are ordinary text: a base model would write the user's next one. */
  @Test
  void anAnswerOfATranscript_endsBeforeTheUsersNextTurn_andBeforeTheGivenTexts() throws Exception {
    try (LoadedModel model = LoadedModel.open(Fixtures.fixture("models/llama"));
        GenerationOptions options =
            CommandLine.populateCommand(new GenerationOptions(), "--stop=END")) {
      ChatFormat format = model.chatFormat("human-assistant");
      RequestPrompt prompt = new RequestPrompt.Chat(format, List.of(Message.user("why ?")));

      GenerationRequest request = options.request(prompt, model, 0);

      assertThat(request.stopTexts()).containsExactly("\n\nHuman:", "END");
    }
  }
}
