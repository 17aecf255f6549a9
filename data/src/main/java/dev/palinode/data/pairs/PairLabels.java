package dev.palinode.data.pairs;

import dev.palinode.data.PreferencePair;
import dev.palinode.data.RecordSink;
import dev.palinode.data.label.AnswerToJudge;
import dev.palinode.data.label.Labelled;
import dev.palinode.data.label.OrderedLabelling;
import dev.palinode.guard.Judge;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/** How preferences get their labels; what is labelled comes out in the order of the data. */
public interface PairLabels {
  /** Starts a labelling. */
  Run start(RecordSink<? super LabelledPair> out);

  /** A labelling under way. Not thread-safe. */
  interface Run extends RecordSink<PreferencePair>, Closeable {
    /** Waits for the labels of all that was accepted; more may be accepted then. */
    void finish() throws IOException;

    /** Ends it; what was not waited for is given up. */
    @Override
    void close();
  }

  /** On the calling thread, one after the other: for judges that need no time to speak of. */
  static PairLabels quick(Judge judge) {
    return out ->
        new Run() {
          @Override
          public void accept(PreferencePair pair) throws IOException {
            out.accept(
                new LabelledPair(
                    pair,
                    judge.judge(pair.prompt(), pair.answers().get(0)),
                    judge.judge(pair.prompt(), pair.answers().get(1))));
          }

          @Override
          public void finish() {}

          @Override
          public void close() {}
        };
  }

  /**
   * Several at once, for judges that take their time.
   *
   * @param requests answers that are judged at once
   */
  static PairLabels patient(Judge judge, int requests) {
    return out -> {
      OrderedLabelling<PreferencePair> labelling =
          new OrderedLabelling<>(
              judge,
              requests,
              PairLabels::answers,
              labelled -> out.accept(pair(labelled)));
      return new Run() {
        @Override
        public void accept(PreferencePair pair) throws IOException {
          labelling.accept(pair);
        }

        @Override
        public void finish() throws IOException {
          labelling.finish();
        }

        @Override
        public void close() {
          labelling.close();
        }
      };
    };
  }

  private static List<AnswerToJudge> answers(PreferencePair pair) {
    return pair.answers().stream().map(each -> new AnswerToJudge(pair.prompt(), each)).toList();
  }

  private static LabelledPair pair(Labelled<PreferencePair> labelled) {
    return new LabelledPair(labelled.row(), labelled.verdicts().get(0), labelled.verdicts().get(1));
  }
}
