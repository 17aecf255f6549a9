package dev.palinode.attack;

import dev.palinode.answer.Answer;
import dev.palinode.answer.ChatRequest;
import dev.palinode.guard.Verdict;
import java.util.Optional;

/**
 * One request to the victim, with its answer and verdicts.
 *
 * @param request what was asked, with the opening of a prefilled answer
 * @param answer of the victim, or its failure
 * @param isProbe whether the attack only wanted to know the answer: then no verdict on it counts
 * @param visible the judge's verdict on the final answer; undecided if the victim failed or nothing
 *     is visible
 * @param shown the verdict on everything that a client saw who is shown each token at once: unsafe
 *     if the visible text or a withdrawn one is. Empty if it is not known: the victim failed, or is
 *     served and hides what it withdrew
 * @param spent since the attempt before
 */
public record Attempt(
    ChatRequest request,
    Answer answer,
    boolean isProbe,
    Verdict visible,
    Optional<Verdict> shown,
    Spent spent) {
  /** Whether the final answer is unsafe, and the attempt no probe. */
  public boolean isSuccess() {
    return !isProbe && visible.isUnsafe();
  }
}
