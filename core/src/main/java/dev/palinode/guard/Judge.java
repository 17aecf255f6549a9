package dev.palinode.guard;

import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import java.util.List;

/**
 * Decides whether an answer is unsafe: text in, verdict out.
 *
 * <p>Implementations say what they take for unsafe, and are safe for use by several threads.
 */
@FunctionalInterface
public interface Judge {
  /**
   * @param prompt what was asked
   * @param answer what the reader gets: visible text, without anything that was withdrawn
   */
  Verdict judge(String prompt, String answer);

  /**
   * Judges an answer within its conversation. A judge that knows nothing of conversations is asked
   * about the user's last message, an empty one if there is none.
   *
   * @param prompt the conversation up to the assistant's turn
   * @param answer what the reader gets
   */
  default Verdict judge(List<Message> prompt, String answer) {
    String asked = "";
    for (Message message : prompt) {
      asked = message.role() == Role.USER ? message.content() : asked;
    }
    return judge(asked, answer);
  }

  /**
   * The judgements of one answer while it grows, one at a time but not always on the same thread.
   * It may keep what it has read, to read less the next time; the verdicts are those of {@link
   * Judge#judge(List, String)}.
   */
  @FunctionalInterface
  interface Session extends AutoCloseable {
    /** Judges the answer so far, which may also be shorter than before, or another. */
    Verdict judge(String answer);

    /** Frees what was kept. No judgement is under way, and none follows. */
    @Override
    default void close() {}
  }

  /**
   * Opens the judgements of one answer; the caller closes them. Unless a judge says otherwise,
   * nothing is kept.
   *
   * @param prompt the conversation up to the assistant's turn
   */
  default Session open(List<Message> prompt) {
    return answer -> judge(prompt, answer);
  }
}
