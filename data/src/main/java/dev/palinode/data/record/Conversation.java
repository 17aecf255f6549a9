package dev.palinode.data.record;

import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.lang3.Validate;

/**
 * A dialogue.
 *
 * @param messages at least one; none blank
 */
public record Conversation(List<Message> messages) implements DataRecord {
  public Conversation {
    messages = List.copyOf(messages);
    Validate.isTrue(!messages.isEmpty(), "the conversation is empty: it needs a message");
    for (int i = 0; i < messages.size(); i++) {
      boolean isBlank = messages.get(i).content().isBlank();
      Validate.isTrue(!isBlank, "message %s of %s is blank", i + 1, messages.size());
    }
  }

  /** These messages with a line appended to their system message, or as a new system message. */
  public static List<Message> withSystemLine(List<Message> messages, String line) {
    List<Message> all = new ArrayList<>(messages);
    if (!all.isEmpty() && all.get(0).role() == Role.SYSTEM) {
      all.set(0, Message.system(all.get(0).content() + "\n" + line));
    } else {
      all.add(0, Message.system(line));
    }
    return all;
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
    Validate.isTrue(endsWithAnswer(), "the conversation does not end with an answer");
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
