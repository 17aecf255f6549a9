package dev.palinode.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.chat.ChatFormat;
import dev.palinode.chat.Message;
import dev.palinode.decode.GenerationRequest;
import dev.palinode.decode.Guidance;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PromptFrameTest {
  /** One id per character of what was said, roles in front. */
  private static final ChatFormat FORMAT =
      new ChatFormat() {
        @Override
        public int[] prompt(List<Message> messages) {
          StringBuilder text = new StringBuilder();
          messages.forEach(message -> text.append(message.role()).append(message.content()));
          return text.chars().toArray();
        }

        @Override
        public int[] answer(String text) {
          return text.chars().toArray();
        }

        @Override
        public Set<Integer> endOfTurnIds() {
          return Set.of(0);
        }
      };

  private static int[] ids(Message... messages) {
    return FORMAT.prompt(List.of(messages));
  }

  @Test
  void bareFrame_isThePromptAlone() {
    GenerationRequest request = PromptFrame.BARE.request(FORMAT, "who ?").build();

    assertThat(request.prompt().toArray()).isEqualTo(ids(Message.user("who ?")));
    assertThat(request.guidance()).isEmpty();
  }

  @Test
  void guidance_isAwayFromTheSamePromptUnderTheOtherMessage() {
    PromptFrame frame =
        new PromptFrame(
            Optional.of("be kind"),
            Optional.of(new PromptFrame.Away("be rude", 3, Guidance.Form.PROBABILITY)));

    GenerationRequest request = frame.request(FORMAT, "who ?").build();

    assertThat(request.prompt().toArray())
        .isEqualTo(ids(Message.system("be kind"), Message.user("who ?")));
    Guidance guidance = request.guidance().orElseThrow();
    assertThat(guidance.negativePrompt().toArray())
        .isEqualTo(ids(Message.system("be rude"), Message.user("who ?")));
    assertThat(guidance.scale()).isEqualTo(3);
    assertThat(guidance.form()).isEqualTo(Guidance.Form.PROBABILITY);
  }
}
