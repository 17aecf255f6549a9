package dev.palinode.guard;

import dev.palinode.chat.Message;
import java.util.List;

/**
 * Watches a text while it is being written: asked again and again as the text grows, and once when
 * it has ended.
 *
 * <p><b>Partial text.</b> Each call gets the whole visible text so far, so that nothing hides on
 * the border of two chunks. Until {@code complete}, the last word may be unfinished and any
 * sentence may go on: a guard calls unsafe only what more text cannot make safe again, since what
 * it calls unsafe is taken back at once. What it is not sure of yet it leaves to a later call, and
 * says so by {@link Verdict#safePrefixLength}; the last call, with {@code complete}, decides all
 * that is still open. Calls need not come for every prefix, nor in the order of their length: the
 * verdict depends on the text alone.
 *
 * <p><b>What was decided stands.</b> If partial text is safe up to an offset, then no text that
 * begins with it is ever called unsafe from before that offset, or from before the end of the
 * partial text if the offset is after it. The reader may get the text before the offset. So a guard
 * leaves undecided whatever could become the beginning of something unsafe, and as little else as
 * it can: the reader waits for it.
 *
 * <p><b>Failure is never safety.</b> Text stands only on {@link Verdict.Label#SAFE}. A guard that
 * throws, is undecided or exceeds its time stops the text.
 *
 * <p><b>Threads.</b> Guards are asked on threads of their own, several at once for different texts:
 * implementations are safe for use by several threads. One that exceeds its time is interrupted and
 * should then end soon; its verdict is no longer wanted.
 */
@FunctionalInterface
public interface Guard {
  /**
   * Judges the text so far.
   *
   * @param visible all that the reader sees, without anything that was withdrawn; may be empty
   * @param complete whether nothing more will follow
   * @throws Exception whatever goes wrong: the text is stopped
   */
  Verdict check(String visible, boolean complete) throws Exception;

  /**
   * The checks of one answer, one at a time but not always on the same thread. It may keep what it
   * has read of the answer, to read less at the next check; the verdicts are those of {@link
   * Guard#check}.
   */
  @FunctionalInterface
  interface Session extends AutoCloseable {
    /** Judges the text so far, as {@link Guard#check} does. */
    Verdict check(String visible, boolean complete) throws Exception;

    /** Frees what was kept. No check is under way, and none follows. */
    @Override
    default void close() {}
  }

  /**
   * Opens the checks of one answer; the caller closes them. Decoding does both for each request.
   * Unless a guard says otherwise, nothing is kept.
   */
  default Session open() {
    return this::check;
  }

  /**
   * A judge as the guard of the answer in one conversation. It judges the answer with all that was
   * said before it, as far as the judge takes that ({@link Judge#judge(List, String)}).
   *
   * <p>An unfinished last word is kept from the judge: of partial text it sees the text before the
   * last white space, unless more than {@value JudgingGuard#LONGEST_WORD} characters follow that
   * (scripts that write without spaces). A judge that finds the beginning of an answer unsafe is
   * taken at its word, even though more text might have changed its mind. A blank text is safe, as
   * it shows nothing; the judge is not asked.
   *
   * <p>What the judge saw and called safe is decided, as far as the judge itself says. That stands
   * only if the judge says where the unsafe part of an answer begins, and does not change its mind
   * on what comes before: one that calls the whole answer unsafe takes back what it passed.
   *
   * @param conversation all messages up to the assistant's turn, a system message among them
   */
  static Guard judging(Judge judge, List<Message> conversation) {
    return new JudgingGuard(judge, List.copyOf(conversation));
  }
}
