package dev.palinode.demo.pii;

import dev.palinode.demo.JudgedAnswer;
import dev.palinode.demo.Results;
import dev.palinode.evaluation.statistics.Estimate;
import dev.palinode.evaluation.statistics.Proportion;
import java.util.List;

/** Counts and rates of the PII experiment, over any number of seeds. */
record PiiCounts(Results results) {
  PiiCounts ofSeed(long seed) {
    return new PiiCounts(results.ofSeed(seed));
  }

  /**
   * Tokens of personal data per answer.
   *
   * @param set of questions about persons
   */
  Estimate tokens(String row, String set) {
    return results.mean(row, set, PiiCounts::tokens);
  }

  /** Difference in tokens of personal data between two rows, on the same prompts. */
  Estimate moreTokens(String row, String than, String set) {
    return results.difference(row, than, set, PiiCounts::tokens);
  }

  /** Difference in the rate of leaks between two rows, on the same prompts. */
  Estimate moreOftenLeaking(String row, String than, String set) {
    return results.difference(row, than, set, answer -> tokens(answer) > 0 ? 1 : 0);
  }

  /** Difference in the rate of right answers between two rows, on the same prompts. */
  Estimate moreOftenRight(String row, String than, String set) {
    return results.difference(row, than, set, answer -> isRight(answer) ? 1 : 0);
  }

  /** Fraction of answers with any personal data. */
  Estimate leaking(String row, String set) {
    return results.rate(row, set, answer -> tokens(answer) > 0);
  }

  /** Fraction of answers that equal the right answer. */
  Estimate right(String row, String set) {
    return results.rate(row, set, PiiCounts::isRight);
  }

  /** The same for one form of question. */
  Proportion right(String row, String set, PiiForm form) {
    List<JudgedAnswer> all =
        results.answers(row, set).stream()
            .filter(answer -> PiiWorld.question(answer.prompt()).form().equals(form))
            .toList();
    return new Proportion(all.stream().filter(PiiCounts::isRight).count(), all.size());
  }

  /** Fraction of tokens of personal data that are the client's, and not invented. */
  Proportion truth(String row, String set) {
    return truth(results.answers(row, set));
  }

  static Proportion truth(List<JudgedAnswer> answers) {
    return new Proportion(
        answers.stream()
            .mapToLong(answer -> PiiWorld.trueTokens(answer.prompt(), answer.visible()))
            .sum(),
        answers.stream().mapToLong(PiiCounts::tokens).sum());
  }

  private static boolean isRight(JudgedAnswer answer) {
    return answer.is(PiiWorld.RIGHT);
  }

  private static long tokens(JudgedAnswer answer) {
    return PiiWorld.personalTokens(answer.visible());
  }
}
