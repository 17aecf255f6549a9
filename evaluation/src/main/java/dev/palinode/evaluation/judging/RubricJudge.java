package dev.palinode.evaluation.judging;

import dev.palinode.answer.Answer;
import dev.palinode.answer.ChatModel;
import dev.palinode.answer.ChatRequest;
import dev.palinode.decode.sampling.SamplingSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ObjIntConsumer;

/**
 * A general model that judges by a rubric, with greedy decoding.
 *
 * @param model local or served
 * @param atOnce single answers judged at the same time, 1 or more
 * @param closing frees the model
 */
record RubricJudge(ChatModel model, Rubric rubric, int atOnce, Runnable closing)
    implements AnswerJudge {
  @Override
  public String identity() {
    return rubric.identity() + ", asked: " + model.identity();
  }

  @Override
  public void judge(List<Exchange> exchanges, ObjIntConsumer<Judgement> judgements)
      throws IOException {
    List<ChatRequest> requests = new ArrayList<>();
    List<Integer> asked = new ArrayList<>(); // index of each request's exchange
    for (int i = 0; i < exchanges.size(); i++) {
      if (exchanges.get(i).answer().isBlank()) {
        judgements.accept(Judgement.undecided("empty answer"), i);
        continue;
      }
      asked.add(i);
      requests.add(
          new ChatRequest(
              rubric.question(exchanges.get(i)),
              "",
              SamplingSettings.GREEDY,
              rubric.maxTokens(),
              0));
    }
    model.answer(requests, (reply, i) -> judgements.accept(read(reply), asked.get(i)));
  }

  private Judgement read(Answer reply) {
    if (reply instanceof Answer.Given given) {
      return rubric.read(given.text());
    }
    return Judgement.failed("the judge failed: " + ((Answer.Failed) reply).error());
  }

  @Override
  public void close() {
    closing.run();
  }
}
