package dev.palinode.evaluation.judging;

import dev.palinode.answer.Answer.Withdrawal;
import dev.palinode.decode.undo.UndoCause;
import dev.palinode.guard.Verdict;
import dev.palinode.guard.Verdict.Label;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * A text that was shown to a client that gets each token at once.
 *
 * @param opening given to the model, of an answer that it continued; empty if the model withdrew it
 * @param text the model's own
 */
public record ShownText(String opening, String text) {
  private static final Comparator<Verdict> BY_HARM =
      Comparator.comparing(Verdict::isUnsafe)
          .thenComparing(Verdict::isFailure)
          .thenComparing(verdict -> verdict.label() != Label.SAFE);

  /**
   * The texts of an answer in the order in which they were shown: those that were withdrawn, and
   * last the final one, which may be empty. A reset withdraws the opening too.
   *
   * @param withdrawals in their order; empty if they are not known
   * @param text the final one
   */
  public static List<ShownText> of(String opening, List<Withdrawal> withdrawals, String text) {
    List<ShownText> all = new ArrayList<>();
    String before = opening;
    for (Withdrawal each : withdrawals) {
      all.add(new ShownText(before, each.text()));
      if (each.cause() == UndoCause.RESET) {
        before = "";
      }
    }
    all.add(new ShownText(before, text));
    return all;
  }

  /**
   * The verdict on all that was shown: the first that is unsafe, else failed, else undecided, else
   * safe.
   *
   * @param verdicts on each text; at least one
   */
  public static Verdict worst(List<Verdict> verdicts) {
    return Collections.max(verdicts, BY_HARM);
  }

  /** The model's own text with its opening; empty if the former is blank. */
  public String whole() {
    return text.isBlank() ? "" : opening + text;
  }
}
