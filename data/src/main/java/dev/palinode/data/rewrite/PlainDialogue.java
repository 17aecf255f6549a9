package dev.palinode.data.rewrite;

import dev.palinode.chat.Message;
import java.util.List;
import java.util.stream.Collectors;

/** A dialogue as plain text, for models that continue texts. */
public final class PlainDialogue {
  /** Where the next speaker begins, the answer has ended. */
  public static final String STOP = "\n\nUser:";

  private PlainDialogue() {}

  /** The dialogue and the opening of its next answer; ends without white space. */
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
