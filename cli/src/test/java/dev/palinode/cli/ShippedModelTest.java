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
import java.util.List;
import org.junit.jupiter.api.Test;

/** The shipped model does what its suggested prompts are meant to show. */
class ShippedModelTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("palinode.root", ".."), "models/safety-world");

  @Test
  void suggestedPrompts_showHelpAndWithdrawal() throws IOException {
    try (LoadedModel model = LoadedModel.open(FOLDER)) {
      ChatFormat format = model.chatFormat();
      List<GenerationRequest> requests =
          Files.readAllLines(FOLDER.resolve("prompts.txt")).stream()
              .map(
                  prompt ->
                      GenerationRequest.builder(format.prompt(List.of(Message.user(prompt))))
                          .maxNewTokens(64)
                          .stopIds(format.endOfTurnIds())
                          .undo(UndoPolicy.onReset(model.resetId(), 1))
                          .build())
              .toList();

      List<GenerationEvent> ends = new Decoder(model.lm(), 1).generate(requests);

      assertThat(ends).allMatch(end -> end instanceof Finished);
      assertThat(ends)
          .as("helped without a reset")
          .anyMatch(end -> ((Finished) end).usage().resets() == 0);
      assertThat(ends)
          .as("took several words back")
          .anyMatch(end -> ((Finished) end).usage().discardedTokens() > 5);
    }
  }
}
