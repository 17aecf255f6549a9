package dev.palinode.data.pairs;

import dev.palinode.data.labeling.AnswerToJudge;
import dev.palinode.data.labeling.OrderedLabelling;
import dev.palinode.data.record.PreferencePair;
import dev.palinode.data.record.RecordSink;
import dev.palinode.guard.Judge;

/**
 * Labelling of preference pairs with a judge.
 *
 * @param judge labels both answers
 * @param requests number of answers that are judged concurrently
 */
public record PairLabels(Judge judge, int requests) {
  /**
   * Starts a labelling.
   *
   * @param out receives the labelled pairs, in the order of the data
   */
  OrderedLabelling<PreferencePair> start(RecordSink<? super LabelledPair> out) {
    return new OrderedLabelling<>(
        judge,
        requests,
        pair ->
            pair.answers().stream().map(each -> new AnswerToJudge(pair.prompt(), each)).toList(),
        labelled ->
            out.accept(
                new LabelledPair(
                    labelled.row(), labelled.verdicts().get(0), labelled.verdicts().get(1))));
  }
}
