package dev.palinode.data.rewrite;

import dev.palinode.chat.Message;
import java.util.List;
import java.util.stream.Collectors;

/** Formats a dialogue as plain text, for models without a chat template. */
public final class PlainDialogue {
  /** Stop text: the beginning of the next user message. */
  public static final String STOP = "\n\nUser:";

  private PlainDialogue() {}

  /** The dialogue and the opening of its next answer, without trailing white space. */
  public static String of(List<Message> prompt, String opening) {
    String dialogue =
        prompt.stream().map(PlainDialogue::paragraph).collect(Collectors.joining("\n\n"));
    return (dialogue + "\n\nAssistant: " + opening).stripTrailing();
  }

  private static String paragraph(Message message) {
    return switch (message.role()) {
      case SYSTEM -> message.content();
      case USER -> "User: " + message.content();
      case ASSISTANT -> "Assistant: " + message.content();
    };
  }
}
