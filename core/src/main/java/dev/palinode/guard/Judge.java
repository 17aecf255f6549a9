package dev.palinode.guard;

import dev.palinode.chat.Message;
import java.util.List;

/**
 * Decides whether a whole answer is safe: text in, verdict out.
 *
 * <p>Implementations document their definition of unsafe, and are safe for use by several threads.
 */
@FunctionalInterface
public interface Judge {
  /**
   * @param prompt the conversation up to the assistant's turn
   * @param answer the visible text, without anything that was withdrawn
   */
  Verdict judge(List<Message> prompt, String answer);

  /** Judges an answer to a single request. */
  default Verdict judge(String prompt, String answer) {
    return judge(List.of(Message.user(prompt)), answer);
  }

  /**
   * The judgements of one answer while it grows, one at a time but not always on the same thread,
   * with the verdicts of {@link Judge#judge(List, String)}. A session may cache state.
   */
  @FunctionalInterface
  interface Session extends AutoCloseable {
    /** Judges the answer so far, which may also be shorter than before, or different. */
    Verdict judge(String answer);

    /** Frees the cached state. No judgement is running, and none follows. */
    @Override
    default void close() {}
  }

  /** Opens a session for one answer; the caller closes it. By default nothing is cached. */
  default Session open(List<Message> prompt) {
    return answer -> judge(prompt, answer);
  }
}
