package dev.palinode.data.record;

import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Argument checks that the records of this package have in common. */
final class Requirements {
  private Requirements() {}

  /** Checks that a prompt can be answered by the assistant; returns an immutable copy. */
  static List<Message> prompt(List<Message> messages) {
    List<Message> prompt = List.copyOf(messages);
    if (prompt.isEmpty()) {
      throw new IllegalArgumentException("prompt is empty: it needs at least one message");
    }
    if (prompt.get(prompt.size() - 1).role() == Role.ASSISTANT) {
      throw new IllegalArgumentException(
          "prompt ends with the assistant's message "
              + prompt.size()
              + ": it must end with what the assistant is to answer");
    }
    return prompt;
  }

  /** The texts of one role's messages. */
  static List<String> said(List<Message> messages, Role role) {
    List<String> texts = new ArrayList<>(messages.size());
    for (Message message : messages) {
      if (message.role() == role) {
        texts.add(message.content());
      }
    }
    return Collections.unmodifiableList(texts);
  }

  static void answer(String name, String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException(
          name + " is " + (text.isEmpty() ? "empty" : "blank") + ": there is nothing to learn");
    }
  }

  static void different(String name, String text, String otherName, String otherText) {
    if (text.equals(otherText)) {
      throw new IllegalArgumentException(
          name + " and " + otherName + " are the same text: they must differ");
    }
  }
}
