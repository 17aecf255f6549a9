package dev.palinode.data.record;

import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import java.util.List;
import java.util.Locale;

/**
 * A dialogue.
 *
 * @param messages at least one; none blank
 */
public record Conversation(List<Message> messages) implements DataRecord {
  /**
   * @throws IllegalArgumentException if there is no message, or one is blank
   */
  public Conversation {
    messages = List.copyOf(messages);
    if (messages.isEmpty()) {
      throw new IllegalArgumentException("the conversation is empty: it needs a message");
    }
    for (int i = 0; i < messages.size(); i++) {
      if (messages.get(i).content().isBlank()) {
        throw new IllegalArgumentException(
            String.format(Locale.ROOT, "message %d of %d is blank", i + 1, messages.size()));
      }
    }
  }

  /** Whether there are at least two messages and the last one is the assistant's. */
  public boolean endsWithAnswer() {
    return messages.size() > 1 && messages.get(messages.size() - 1).role() == Role.ASSISTANT;
  }

  /**
   * The last answer with all messages before it as the prompt, as utility data.
   *
   * @throws IllegalArgumentException if it does not end with an answer, or ends with two in a row
   */
  public UtilityExample lastExchange() {
    if (!endsWithAnswer()) {
      throw new IllegalArgumentException("the conversation does not end with an answer");
    }
    int last = messages.size() - 1;
    return new UtilityExample(messages.subList(0, last), messages.get(last).content());
  }

  @Override
  public List<String> questions() {
    return Requirements.said(messages, Role.USER);
  }

  @Override
  public List<String> answers() {
    return Requirements.said(messages, Role.ASSISTANT);
  }
}
