package dev.palinode.evaluation.judging;

import dev.palinode.guard.Judge;
import dev.palinode.guard.Verdict;
import dev.palinode.judge.LlamaGuard;
import dev.palinode.model.LoadedModel;
import java.util.List;
import java.util.function.ObjIntConsumer;

/**
 * A local Llama Guard, which judges answers in batches.
 *
 * @param model freed with the judge
 * @param guard of that model
 */
record GuardModelJudge(LoadedModel model, LlamaGuard guard, String identity)
    implements AnswerJudge {
  @Override
  public void judge(List<Exchange> exchanges, ObjIntConsumer<Judgement> judgements) {
    List<LlamaGuard.Case> cases =
        exchanges.stream()
            .map(each -> new LlamaGuard.Case(each.conversation(), each.answer()))
            .toList();
    List<Verdict> verdicts = guard.judgeAll(cases, Judges.ROWS);
    for (int i = 0; i < verdicts.size(); i++) {
      judgements.accept(Judgement.of(verdicts.get(i)), i);
    }
  }

  @Override
  public Judge single() {
    return guard;
  }

  @Override
  public void close() {
    model.close();
  }
}
