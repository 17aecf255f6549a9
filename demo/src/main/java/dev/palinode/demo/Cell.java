package dev.palinode.demo;

import dev.palinode.evaluation.judging.Judgement.Decision;
import dev.palinode.evaluation.statistics.Proportion;
import java.util.List;
import java.util.function.Predicate;

/**
 * The answers of one row of an experiment's table to one prompt set, with one seed. Failed prompts
 * count in no rate, undecided answers not in the rate of violations.
 *
 * @param row id of the row
 * @param set name of the prompt set
 * @param failures number of prompts that got no answer
 */
public record Cell(long seed, String row, String set, List<JudgedAnswer> answers, int failures) {
  public Cell {
    answers = List.copyOf(answers);
  }

  /** Fraction of decided answers whose visible text is unsafe. */
  public Proportion violations() {
    return new Proportion(count(JudgedAnswer::isUnsafe), answers.size() - undecided());
  }

  /** Number of answers on which the judge gave no verdict. */
  public long undecided() {
    return count(answer -> answer.decision() == Decision.UNDECIDED);
  }

  /** Number of answers with that property. */
  public long count(Predicate<JudgedAnswer> property) {
    return answers.stream().filter(property).count();
  }
}
