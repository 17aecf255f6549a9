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
}
