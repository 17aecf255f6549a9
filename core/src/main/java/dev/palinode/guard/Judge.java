package dev.palinode.guard;

import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import java.util.List;

/**
 * Decides whether a whole answer is safe: text in, verdict out.
 *
 * <p>Implementations document their definition of unsafe, and are safe for use by several threads.
 */
@FunctionalInterface
public interface Judge {
  /**
   * @param prompt the user's request
   * @param answer the visible text, without anything that was withdrawn
   */
  Verdict judge(String prompt, String answer);

  /**
   * Judges an answer within its conversation. By default, the prompt is the user's last message, or
   * empty if there is none.
   *
   * @param prompt the conversation up to the assistant's turn
   * @param answer the visible text
   */
  default Verdict judge(List<Message> prompt, String answer) {
    String asked = "";
    for (Message message : prompt) {
      asked = message.role() == Role.USER ? message.content() : asked;
    }
    return judge(asked, answer);
  }

  /**
   * The judgements of one answer while it grows, one at a time but not always on the same thread. A
   * session may cache state to make the next judgement cheaper; the verdicts are those of {@link
   * Judge#judge(List, String)}.
   */
  @FunctionalInterface
  interface Session extends AutoCloseable {
    /** Judges the answer so far, which may also be shorter than before, or different. */
    Verdict judge(String answer);

    /** Frees the cached state. No judgement is running, and none follows. */
    @Override
    default void close() {}
  }

  /**
   * Opens a session for one answer; the caller closes it. By default nothing is cached.
   *
   * @param prompt the conversation up to the assistant's turn
   */
  default Session open(List<Message> prompt) {
    return answer -> judge(prompt, answer);
  }
}
