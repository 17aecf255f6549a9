package dev.palinode.data.record;

import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import java.util.List;
import java.util.Locale;

/**
 * A dialogue as it happened.
 *
 * @param messages at least one; each with text
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

  /** Whether the assistant has the last word, so that the last exchange can be learnt. */
  public boolean endsWithAnswer() {
    return messages.size() > 1 && messages.get(messages.size() - 1).role() == Role.ASSISTANT;
  }

  /**
   * The last answer and all that came before it, as utility data.
   *
   * @throws IllegalArgumentException if it does not end with an answer, or with two in a row
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
