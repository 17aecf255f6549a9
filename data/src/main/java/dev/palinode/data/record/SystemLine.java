package dev.palinode.data.record;

import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import java.util.ArrayList;
import java.util.List;

/** Adds a line to the system prompt of a conversation. */
public final class SystemLine {
  private SystemLine() {}

  /** The conversation with the line appended to its system message, or as a new system message. */
  public static List<Message> over(List<Message> prompt, String line) {
    List<Message> messages = new ArrayList<>(prompt);
    if (!messages.isEmpty() && messages.get(0).role() == Role.SYSTEM) {
      messages.set(0, Message.system(messages.get(0).content() + "\n" + line));
    } else {
      messages.add(0, Message.system(line));
    }
    return messages;
  }
}
