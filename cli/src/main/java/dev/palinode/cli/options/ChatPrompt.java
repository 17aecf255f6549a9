package dev.palinode.cli.options;

import dev.palinode.chat.ChatFormat;
import dev.palinode.chat.Message;
import dev.palinode.decode.GenerationRequest;
import java.util.ArrayList;
import java.util.List;

/** A conversation of at least one message, to be answered by the model. */
public record ChatPrompt(ChatFormat format, List<Message> conversation) implements RequestPrompt {
  @Override
  public GenerationRequest.Builder request() {
    return GenerationRequest.builder(format.prompt(conversation)).stopIds(format.endOfTurnIds());
  }

  @Override
  public int[] negative(String text) {
    List<Message> all = new ArrayList<>(conversation);
    all.add(0, Message.system(text));
    return format.prompt(all);
  }

  /** Puts the nudge into the last user message: not every template has a system message. */
  @Override
  public int[] nudged(String nudge) {
    List<Message> all = new ArrayList<>(conversation);
    Message last = all.remove(all.size() - 1);
    all.add(Message.user(nudge + "\n\n" + last.content()));
    return format.prompt(all);
  }
}
