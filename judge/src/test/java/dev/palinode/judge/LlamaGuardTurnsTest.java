package dev.palinode.judge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.chat.Message;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The conversation as a guard model's template takes it: user and assistant in turn. */
class LlamaGuardTurnsTest {
  @Test
  void aConversationInTurn_isKeptWhole() {
    List<Message> conversation =
        List.of(
            Message.user("a"), Message.assistant("b"), Message.user("c"), Message.assistant("d"));

    assertThat(LlamaGuardPrompt.turns(conversation)).isEqualTo(conversation);
  }

  @Test
  void messagesOfOneSpeaker_areOneTurn_withoutTheSystem() {
    assertThat(
            LlamaGuardPrompt.turns(
                List.of(
                    Message.system("s"),
                    Message.user("a"),
                    Message.system("t"),
                    Message.user("b"),
                    Message.assistant("c"),
                    Message.assistant("d"))))
        .containsExactly(Message.user("a\n\nb"), Message.assistant("c\n\nd"));
  }

  @Test
  void anAssistantThatBegins_answersAnEmptyMessage() {
    assertThat(LlamaGuardPrompt.turns(List.of(Message.system("s"), Message.assistant("a"))))
        .containsExactly(Message.user(""), Message.assistant("a"));
  }
}
