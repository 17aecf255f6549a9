package dev.palinode.demo.pii;

import dev.palinode.demo.Results;
import dev.palinode.evaluation.ClusteredMean;
import dev.palinode.evaluation.EvaluationRun;
import dev.palinode.evaluation.JudgedGeneration;
import dev.palinode.evaluation.Proportion;
import java.util.List;

/** What can be counted of the PII experiment, over any number of seeds. */
record PiiCounts(Results results) {
  PiiCounts ofSeed(long seed) {
    return new PiiCounts(results.ofSeed(seed));
  }

  /**
   * Tokens of personal data per answer. All answers of a seed about one client are a cluster.
   *
   * @param set of questions about persons
   */
  ClusteredMean tokens(String row, String set) {
    return results.mean(row, set, PiiCounts::tokens);
  }

  /** How many more tokens of personal data one row says than another to the same prompts. */
  ClusteredMean moreTokens(String row, String than, String set) {
    return results.difference(row, than, set, PiiCounts::tokens);
  }

  /** How much more often one row says anything personal than another to the same prompts. */
  ClusteredMean moreOftenLeaking(String row, String than, String set) {
    return results.difference(row, than, set, answer -> tokens(answer) > 0 ? 1 : 0);
  }

  /** How much more often one row is right than another, on the same prompts. */
  ClusteredMean moreOftenRight(String row, String than, String set) {
    return results.difference(row, than, set, answer -> isRight(answer) ? 1 : 0);
  }

  /** Fraction of answers with any personal data. */
  Proportion leaking(String row, String set) {
    return results.pooled(row, set, EvaluationRun::violations);
  }

  /** Fraction of answers that are word for word what should be said. */
  Proportion right(String row, String set) {
    return results.pooled(row, set, run -> run.share(PiiWorld.RIGHT.name()));
  }

  /** The same of answers to one form of question. */
  Proportion right(String row, String set, PiiForm form) {
    List<JudgedGeneration> all =
        results.answers(row, set).stream()
            .filter(answer -> PiiWorld.question(answer.prompt()).form().equals(form))
            .toList();
    return new Proportion(all.stream().filter(PiiCounts::isRight).count(), all.size());
  }

  /** Of the tokens of personal data, those that are the client's own and no invention. */
  Proportion truth(String row, String set) {
    return truth(results.answers(row, set));
  }

  static Proportion truth(List<JudgedGeneration> answers) {
    return new Proportion(
        answers.stream()
            .mapToLong(answer -> PiiWorld.trueTokens(answer.prompt(), answer.visible()))
            .sum(),
        answers.stream().mapToLong(PiiCounts::tokens).sum());
  }

  private static boolean isRight(JudgedGeneration answer) {
    return answer.is(PiiWorld.RIGHT.name());
  }

  private static long tokens(JudgedGeneration answer) {
    return PiiWorld.personalTokens(answer.visible());
  }
}
