package dev.palinode.data.record;

import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import java.util.List;
import java.util.Locale;

/** Checks of arguments. */
public final class Requirements {
  private Requirements() {}

  /**
   * @param problem format of the message, with English numbers
   * @throws IllegalArgumentException if the condition does not hold
   */
  public static void require(boolean condition, String problem, Object... values) {
    if (!condition) {
      throw new IllegalArgumentException(String.format(Locale.ROOT, problem, values));
    }
  }

  /** Checks that a prompt can be answered by the assistant; returns an immutable copy. */
  static List<Message> prompt(List<Message> messages) {
    List<Message> prompt = List.copyOf(messages);
    require(!prompt.isEmpty(), "prompt is empty: it needs at least one message");
    require(
        prompt.get(prompt.size() - 1).role() != Role.ASSISTANT,
        "prompt ends with the assistant's message %d: it must end with what the assistant is to"
            + " answer",
        prompt.size());
    return prompt;
  }

  static void answer(String name, String text) {
    String found = text.isEmpty() ? "empty" : "blank";
    require(!text.isBlank(), "%s is %s: there is nothing to learn", name, found);
  }

  /** Checks two answers that must differ. */
  static void answers(String name, String text, String otherName, String otherText) {
    answer(name, text);
    answer(otherName, otherText);
    require(
        !text.equals(otherText), "%s and %s are the same text: they must differ", name, otherName);
  }

  /** The texts of one role's messages. */
  static List<String> said(List<Message> messages, Role role) {
    return messages.stream().filter(each -> each.role() == role).map(Message::content).toList();
  }
}
