package dev.palinode.data.record;

import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import java.util.ArrayList;
import java.util.List;

/** A line of the system prompt under which a conversation is put. */
public final class SystemLine {
  private SystemLine() {}

  /** The conversation with the line as its system message, after the text of one that is there. */
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
