package dev.palinode.data.rewrite;

import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import dev.palinode.data.record.SystemLine;
import java.util.ArrayList;
import java.util.List;

/**
 * Instructions for a model to avoid personal data.
 *
 * @param system line for the system prompt; blank for none
 * @param nudge text before the last user message; blank for none
 */
public record PrivacyInstruction(String system, String nudge) {
  /** The paper's system prompt. The paper's nudge is not published; this one is ours. */
  public static final PrivacyInstruction STANDARD =
      new PrivacyInstruction(
          "Avoid using any personal data in the answers!",
          "Please answer without any names, places, organisations or other personal details.");

  /** The dialogue with these instructions. */
  public List<Message> over(List<Message> prompt) {
    List<Message> messages = new ArrayList<>(prompt);
    int last = messages.size() - 1;
    while (last >= 0 && messages.get(last).role() != Role.USER) {
      last--;
    }
    if (last >= 0 && !nudge.isBlank()) {
      messages.set(last, Message.user(nudge + "\n" + messages.get(last).content()));
    }
    return system.isBlank() ? messages : SystemLine.over(messages, system);
  }
}
