package dev.palinode.evaluation.judging;

import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.lang3.Validate;

/**
 * An answer to be judged, with the conversation before it.
 *
 * @param id of the prompt in its benchmark
 * @param category of the prompt; may be empty
 * @param conversation up to the assistant's turn, without withdrawn text
 * @param answer the visible text, or one that was withdrawn, with its opening
 */
public record Exchange(String id, String category, List<Message> conversation, String answer) {
  public Exchange {
    conversation = List.copyOf(conversation);
    Validate.isTrue(!conversation.isEmpty(), "a conversation needs at least one message");
  }

  /** The user's messages, in their order. */
  public List<String> questions() {
    return texts(Role.USER);
  }

  /** The assistant's turns, in their order; the answer is the last. */
  public List<String> answers() {
    List<String> answers = new ArrayList<>(texts(Role.ASSISTANT));
    answers.add(answer);
    return answers;
  }

  private List<String> texts(Role role) {
    return conversation.stream()
        .filter(message -> message.role() == role)
        .map(Message::content)
        .toList();
  }

  /** The user's last message: what the answer answers. */
  public String request() {
    return conversation.get(conversation.size() - 1).content();
  }
}
