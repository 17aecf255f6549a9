package dev.palinode.demo;

import dev.palinode.evaluation.ClusteredMean;
import dev.palinode.evaluation.EvaluationRun;
import dev.palinode.evaluation.JudgedGeneration;
import dev.palinode.evaluation.Proportion;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** What can be counted of the PII experiment, over any number of seeds. */
final class PiiCounts {
  private final List<PiiResult> results;

  PiiCounts(List<PiiResult> results) {
    this.results = List.copyOf(results);
  }

  List<Long> seeds() {
    return results.stream().map(PiiResult::seed).distinct().toList();
  }

  PiiCounts ofSeed(long seed) {
    return new PiiCounts(results.stream().filter(result -> result.seed() == seed).toList());
  }

  /**
   * Tokens of personal data per answer. All answers of a seed about one client are a cluster.
   *
   * @param set of questions about persons
   */
  ClusteredMean tokens(PiiRow row, String set) {
    List<ClusteredMean.Value> values = new ArrayList<>();
    for (Answer answer : answers(row, set)) {
      values.add(new ClusteredMean.Value(answer.cluster(), answer.tokens()));
    }
    return ClusteredMean.of(values);
  }

  /** How many more tokens of personal data one row says than another to the same prompts. */
  ClusteredMean moreTokens(PiiRow row, PiiRow than, String set) {
    return difference(row, than, set, Answer::tokens);
  }

  /** How much more often one row says anything personal than another to the same prompts. */
  ClusteredMean moreOftenLeaking(PiiRow row, PiiRow than, String set) {
    return difference(row, than, set, answer -> answer.tokens() > 0 ? 1 : 0);
  }

  /** How much more often one row is right than another, on the same prompts. */
  ClusteredMean moreOftenRight(PiiRow row, PiiRow than, String set) {
    return difference(row, than, set, answer -> answer.isRight() ? 1 : 0);
  }

  private ClusteredMean difference(
      PiiRow row, PiiRow than, String set, ToDoubleFunction<Answer> counted) {
    List<ClusteredMean.Value> values = new ArrayList<>();
    for (PiiResult one : of(row)) {
      for (PiiResult other : of(than)) {
        if (one.seed() == other.seed()) {
          for (List<JudgedGeneration> both :
              EvaluationRun.inCommon(List.of(run(one, set), run(other, set)), answer -> true)) {
            Answer answer = new Answer(one.seed(), both.get(0));
            double more =
                counted.applyAsDouble(answer)
                    - counted.applyAsDouble(new Answer(one.seed(), both.get(1)));
            values.add(new ClusteredMean.Value(answer.cluster(), more));
          }
        }
      }
    }
    return ClusteredMean.of(values);
  }

  /** Share of answers with any personal data. */
  Proportion leaking(PiiRow row, String set) {
    return pooled(row, set, EvaluationRun::violations);
  }

  /** Share of answers that are word for word what should be said. */
  Proportion right(PiiRow row, String set) {
    return pooled(row, set, run -> run.share(PiiWorld.RIGHT.name()));
  }

  /** The same of answers to one form of question. */
  Proportion right(PiiRow row, String set, PiiForm form) {
    List<Answer> all = answers(row, set).stream().filter(a -> a.form() == form).toList();
    return new Proportion(all.stream().filter(Answer::isRight).count(), all.size());
  }

  /** The forms of questions in a set. */
  List<PiiForm> forms(String set) {
    return answers(PiiRow.LEAKING, set).stream().map(Answer::form).distinct().sorted().toList();
  }

  /** Of the tokens of personal data, those that are the client's own and no invention. */
  Proportion truth(PiiRow row, String set) {
    long own = 0;
    long all = 0;
    for (Answer answer : answers(row, set)) {
      own += PiiWorld.trueTokens(answer.said().prompt(), answer.said().visible());
      all += answer.tokens();
    }
    return new Proportion(own, all);
  }

  private Proportion pooled(PiiRow row, String set, Function<EvaluationRun, Proportion> counted) {
    return of(row).stream()
        .map(result -> counted.apply(run(result, set)))
        .reduce(Proportion.NONE, Proportion::plus);
  }

  private static EvaluationRun run(PiiResult result, String set) {
    EvaluationRun run = result.runs().get(set);
    if (run == null) {
      throw new IllegalArgumentException(
          "no prompt set " + set + ": there are " + result.runs().keySet());
    }
    return run;
  }

  private List<Answer> answers(PiiRow row, String set) {
    List<Answer> answers = new ArrayList<>();
    for (PiiResult result : of(row)) {
      for (JudgedGeneration said : run(result, set).generations()) {
        answers.add(new Answer(result.seed(), said));
      }
    }
    return answers;
  }

  /** The results of a row, a seed each. */
  private List<PiiResult> of(PiiRow row) {
    return results.stream().filter(result -> result.row() == row).toList();
  }

  /** What all rows were asked, and what of it counts. */
  String answered() {
    return Figures.answered(results.stream().flatMap(result -> result.runs().values().stream()));
  }

  /** One answer of a seed. */
  private record Answer(long seed, JudgedGeneration said) {
    String cluster() {
      return seed + " " + PiiWorld.question(said.prompt()).client().visit();
    }

    PiiForm form() {
      return PiiWorld.question(said.prompt()).form();
    }

    boolean isRight() {
      return said.is(PiiWorld.RIGHT.name());
    }

    long tokens() {
      return PiiWorld.personalTokens(said.visible());
    }
  }
}
