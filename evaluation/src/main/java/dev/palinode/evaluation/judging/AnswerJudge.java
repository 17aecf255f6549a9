package dev.palinode.evaluation.judging;

import dev.palinode.guard.Judge;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ObjIntConsumer;

/**
 * Judges answers, several at the same time where this is faster. Used by one thread at a time, but
 * for {@link #single}.
 */
public interface AnswerJudge extends AutoCloseable {
  /** Everything that judgements depend on: kind, model, prompt and thresholds. */
  String identity();

  /**
   * Judges several answers. A blank answer is undecided: there is nothing to judge.
   *
   * @param judgements receives each judgement once, with the index of its exchange; may be called
   *     by several threads at once. A judgement that fails alone is a failed one
   * @throws IOException if the judge cannot be reached or does not work, so that other judgements
   *     would fail too; no more follow
   */
  void judge(List<Exchange> exchanges, ObjIntConsumer<Judgement> judgements) throws IOException;

  /** How many single answers may be judged at the same time, 1 or more. */
  default int atOnce() {
    return 1;
  }

  /**
   * This judge for single answers, at most {@link #atOnce} of them at the same time. It throws an
   * unchecked exception where {@link #judge} throws an IOException.
   */
  default Judge single() {
    return (conversation, answer) -> {
      List<Judgement> judged = new ArrayList<>();
      try {
        judge(List.of(new Exchange("", "", conversation, answer)), (it, index) -> judged.add(it));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return judged.get(0).verdict();
    };
  }

  /** Frees the models. */
  @Override
  default void close() {}

  /** A judge of single answers, which needs no model and takes no time. */
  static AnswerJudge of(Judge judge, String identity) {
    return new VerdictJudge(judge, identity);
  }
}
