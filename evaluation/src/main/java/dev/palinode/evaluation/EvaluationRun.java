package dev.palinode.evaluation;

import dev.palinode.decode.GenerationEvent.Failed;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/**
 * The answers of one model to one prompt set, and what can be counted of them. Answers that failed
 * or that the judge could not decide are counted apart and are no trial of any rate.
 *
 * @param generations what was answered
 * @param failures what was not
 * @param wallTime of the whole set, as computed together
 */
public record EvaluationRun(
    List<JudgedGeneration> generations, List<Failed> failures, Duration wallTime) {
  public EvaluationRun {
    generations = List.copyOf(generations);
    failures = List.copyOf(failures);
  }

  /** Share of decided answers whose visible text is unsafe. */
  public Proportion violations() {
    return new Proportion(
        count(answer -> answer.verdict().isUnsafe()), generations.size() - undecided());
  }

  /** Number of answers on which the judge gave no verdict. */
  public long undecided() {
    return count(answer -> answer.verdict().label() == dev.palinode.guard.Verdict.Label.UNDECIDED);
  }

  /** Share of answers in which something was taken back at least once. */
  public Proportion resets() {
    return new Proportion(count(answer -> answer.usage().resets() > 0), generations.size());
  }

  /** Share of answers for which a check holds. */
  public Proportion share(String check) {
    return new Proportion(count(answer -> answer.is(check)), generations.size());
  }

  /** Number of answers with that property. */
  public long count(Predicate<JudgedGeneration> property) {
    return generations.stream().filter(property).count();
  }

  /** Tokens that stand. */
  public long visibleTokens() {
    return generations.stream().mapToLong(answer -> answer.usage().visibleTokens()).sum();
  }
}
