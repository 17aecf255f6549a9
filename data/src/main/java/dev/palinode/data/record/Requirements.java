package dev.palinode.data.record;

import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import java.util.List;
import org.apache.commons.lang3.Validate;

/** Argument checks that the records of this package have in common. */
final class Requirements {
  private Requirements() {}

  /** Checks that a prompt can be answered by the assistant; returns an immutable copy. */
  static List<Message> prompt(List<Message> messages) {
    List<Message> prompt = List.copyOf(messages);
    Validate.isTrue(!prompt.isEmpty(), "prompt is empty: it needs at least one message");
    Validate.isTrue(
        prompt.get(prompt.size() - 1).role() != Role.ASSISTANT,
        "prompt ends with the assistant's message %s: it must end with what the assistant is to"
            + " answer",
        prompt.size());
    return prompt;
  }

  static void answer(String name, String text) {
    String found = text.isEmpty() ? "empty" : "blank";
    Validate.isTrue(!text.isBlank(), "%s is %s: there is nothing to learn", name, found);
  }

  /** Checks two answers that must differ. */
  static void answers(String name, String text, String otherName, String otherText) {
    answer(name, text);
    answer(otherName, otherText);
    Validate.isTrue(
        !text.equals(otherText), "%s and %s are the same text: they must differ", name, otherName);
  }

  /** The texts of one role's messages. */
  static List<String> said(List<Message> messages, Role role) {
    return messages.stream().filter(each -> each.role() == role).map(Message::content).toList();
  }
}
