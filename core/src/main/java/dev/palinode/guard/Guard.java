package dev.palinode.guard;

import dev.palinode.chat.Message;
import java.util.List;

/**
 * Checks an answer while it is generated: repeatedly as the text grows, and once at its end.
 *
 * <p><b>Partial text.</b> Each call gets the whole visible text so far. Until {@code complete}, the
 * last word may be unfinished and any sentence may go on. A guard calls text unsafe only if no
 * continuation can make it safe, and leaves text that is not decided yet to a later call by {@link
 * Verdict#safePrefixLength}; the last call, with {@code complete}, decides the rest. The verdict
 * depends on the text alone: calls need not come for every prefix, nor in the order of length.
 *
 * <p><b>Decisions are final.</b> The text before the offset may be shown: no text that begins with
 * it may ever be called unsafe from before that offset. So a guard leaves undecided any text that
 * could be the beginning of something unsafe, and as little else as it can, because the user waits.
 *
 * <p><b>A failure never counts as safe.</b> Text is shown only on {@link Verdict.Label#SAFE}. A
 * guard that throws, is undecided or exceeds its time limit stops the text.
 *
 * <p><b>Threads.</b> Guards are called on separate threads, several at once for different texts:
 * implementations are safe for use by several threads. A call that exceeds its time limit is
 * interrupted and should then end soon; its verdict is ignored.
 */
@FunctionalInterface
public interface Guard {
  /**
   * Judges the text so far.
   *
   * @param visible all visible text, without anything that was withdrawn; may be empty
   * @param complete whether nothing more will follow
   * @throws Exception whatever goes wrong: the text is stopped
   */
  Verdict check(String visible, boolean complete) throws Exception;

  /**
   * The checks of one answer, one at a time but not always on the same thread, with the verdicts of
   * {@link Guard#check}. A session may cache state.
   */
  @FunctionalInterface
  interface Session extends AutoCloseable {
    Verdict check(String visible, boolean complete) throws Exception;

    /** Frees the cached state. No check is running, and none follows. */
    @Override
    default void close() {}
  }

  /** Opens a session for one answer; the caller closes it. By default nothing is cached. */
  default Session open() {
    return this::check;
  }

  /**
   * A guard that asks a judge about the answer in one conversation. The judge gets the earlier
   * messages too, as far as it uses them ({@link Judge#judge(List, String)}).
   *
   * <p>Of partial text, the judge sees the text before the last white space, unless more than
   * {@value JudgingGuard#LONGEST_WORD} characters follow that (scripts that write without spaces).
   * Its verdict on the beginning of an answer decides, even though more text might have changed it:
   * a judge that later calls the whole answer unsafe withdraws text that it approved. A blank text
   * is safe without asking the judge.
   *
   * @param conversation all messages up to the assistant's turn, including a system message
   */
  static Guard judging(Judge judge, List<Message> conversation) {
    return new JudgingGuard(judge, List.copyOf(conversation));
  }
}
