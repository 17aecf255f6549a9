package dev.palinode.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * One turn of a conversation.
 *
 * @param role the speaker
 * @param content the text; data, never interpreted
 */
public record Message(Role role, String content) {
  public Message {
    Objects.requireNonNull(role, "role");
    Objects.requireNonNull(content, "content");
  }

  public static Message system(String content) {
    return new Message(Role.SYSTEM, content);
  }

  public static Message user(String content) {
    return new Message(Role.USER, content);
  }

  public static Message assistant(String content) {
    return new Message(Role.ASSISTANT, content);
  }

  /** A conversation under this system message in place of its own, if it has one. */
  public static List<Message> underSystem(String system, List<Message> conversation) {
    return Stream.concat(
            Stream.of(system(system)),
            conversation.stream().filter(message -> message.role() != Role.SYSTEM))
        .toList();
  }

  /**
   * A conversation with a nudge before the text of its last message: not every template has a
   * system message.
   *
   * @param conversation at least one message
   */
  public static List<Message> nudged(String nudge, List<Message> conversation) {
    List<Message> all = new ArrayList<>(conversation);
    Message last = all.remove(all.size() - 1);
    all.add(new Message(last.role(), nudge + "\n\n" + last.content()));
    return all;
  }
}
