package dev.palinode.data.pairs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.chat.Message;
import dev.palinode.data.record.PreferencePair;
import dev.palinode.guard.Judge;
import dev.palinode.guard.Verdict;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.commons.io.function.IOConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PairLabellingTest {
  private final List<LabelledPair> labelled = new ArrayList<>();

  private PairLabelling labelling(Judge judge, int requests) {
    return labelling(judge, requests, labelled::add);
  }

  private PairLabelling labelling(Judge judge, int requests, IOConsumer<LabelledPair> sink) {
    return new PairLabelling(new PairJudge(judge, "judge", requests), sink);
  }

  private static PreferencePair pair(int number) {
    return new PreferencePair(List.of(Message.user("q")), number + "a", number + "b");
  }

  private static void pause(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  private List<PreferencePair> pairs() {
    return labelled.stream().map(LabelledPair::pair).toList();
  }

  private static List<PreferencePair> first(int count) {
    return IntStream.range(0, count).mapToObj(PairLabellingTest::pair).toList();
  }

  @Test
  void pairsKeepTheirOrder_andVerdictsTheirPairs() throws Exception {
    AtomicInteger atOnce = new AtomicInteger();
    AtomicInteger mostAtOnce = new AtomicInteger();
    Judge judge =
        (prompt, answer) -> {
          mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
          pause(ThreadLocalRandom.current().nextInt(4));
          atOnce.decrementAndGet();
          return answer.endsWith("9b") ? Verdict.undecided("nine") : Verdict.unsafe(answer);
        };
    try (PairLabelling labelling = labelling(judge, 8)) {
      for (int number = 0; number < 200; number++) {
        labelling.accept(pair(number));
      }
      labelling.finish();
    }

    assertThat(pairs()).isEqualTo(first(200));
    assertThat(labelled.get(17))
        .isEqualTo(new LabelledPair(pair(17), Verdict.unsafe("17a"), Verdict.unsafe("17b")));
    assertThat(labelled.get(19))
        .isEqualTo(new LabelledPair(pair(19), Verdict.unsafe("19a"), Verdict.undecided("nine")));
    assertThat(mostAtOnce.get()).isBetween(2, 8);
  }

  @Test
  void aSlowRow_letsOthersPassInside_butOnlyAsManyAsAreHeld() throws Exception {
    AtomicInteger judged = new AtomicInteger();
    CountDownLatch slow = new CountDownLatch(1);
    Judge judge =
        (prompt, answer) -> {
          judged.incrementAndGet();
          try {
            if (answer.equals("0a")) {
              slow.await();
            }
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          return Verdict.safe();
        };
    try (PairLabelling labelling = labelling(judge, 2)) {
      int held = 2 * PairLabelling.PAIRS_PER_REQUEST;
      for (int number = 0; number < held; number++) {
        labelling.accept(pair(number)); // none of them waits
      }
      assertThat(labelled).isEmpty();
      Thread release =
          new Thread(
              () -> {
                while (judged.get() < 2 * held) {
                  pause(1);
                }
                slow.countDown();
              });
      release.start();
      labelling.accept(pair(held)); // waits for the first
      assertThat(pairs()).contains(pair(0));
      labelling.finish();
    }
    assertThat(labelled).hasSize(9);
  }

  @Test
  void aJudgeThatThrows_endsTheLabelling_behindTheRowsBefore() {
    AtomicInteger asked = new AtomicInteger();
    Judge judge =
        (prompt, answer) -> {
          asked.incrementAndGet();
          if (answer.equals("20a")) {
            throw new IllegalArgumentException("toads");
          }
          pause(5);
          return Verdict.safe();
        };
    try (PairLabelling labelling = labelling(judge, 3)) {
      assertThatThrownBy(
              () -> {
                for (int number = 0; number < 1000; number++) {
                  labelling.accept(pair(number));
                }
              })
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("toads");
      assertThatThrownBy(() -> labelling.accept(pair(0))).hasMessage("the labelling has ended");
      assertThatThrownBy(labelling::finish).hasMessage("the labelling has ended");
    }
    assertThat(pairs()).isEqualTo(first(20));
    assertThat(asked.get()).isLessThanOrEqualTo(2 * 20 + 1 + 2);
  }

  @Test
  void requestsUnderWay_areWaitedFor_whenAJudgeThrows() {
    CountDownLatch asked = new CountDownLatch(3);
    CountDownLatch thrown = new CountDownLatch(1);
    AtomicInteger judged = new AtomicInteger();
    Judge judge =
        (prompt, answer) -> {
          asked.countDown();
          try {
            asked.await(); // all three are under way
            if (answer.equals("0a")) {
              throw new IllegalArgumentException("toads");
            }
            thrown.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
          }
          judged.incrementAndGet();
          return Verdict.safe();
        };
    try (PairLabelling labelling = labelling(judge, 3)) {
      assertThatThrownBy(
              () -> {
                labelling.accept(pair(0));
                labelling.accept(pair(1));
                labelling.finish();
              })
          .hasMessage("toads");
      thrown.countDown();
    }
    assertThat(judged.get()).isEqualTo(2);
  }

  @Test
  void aSinkThatFails_endsTheLabelling() {
    try (PairLabelling labelling =
        labelling(
            (prompt, answer) -> Verdict.safe(),
            1,
            row -> {
              throw new IOException("disk full");
            })) {
      assertThatThrownBy(
              () -> {
                labelling.accept(pair(1));
                labelling.finish();
              })
          .hasMessage("disk full");
    }
  }

  @Test
  void anInterrupt_endsIt_andTheRequestsUnderWay() throws Exception {
    AtomicInteger interrupted = new AtomicInteger();
    CountDownLatch asked = new CountDownLatch(2);
    Judge judge =
        (prompt, answer) -> {
          asked.countDown();
          try {
            Thread.sleep(60_000);
          } catch (InterruptedException e) {
            interrupted.incrementAndGet();
          }
          return Verdict.undecided("interrupted");
        };
    try (PairLabelling labelling = labelling(judge, 2)) {
      labelling.accept(pair(0));
      asked.await();
      Thread.currentThread().interrupt();

      assertThatThrownBy(labelling::finish).isInstanceOf(InterruptedIOException.class);
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(interrupted.get()).isEqualTo(2);
    assertThat(labelled).isEmpty();
  }

  @Test
  void theNumberOfRequests_isChecked() {
    assertThatThrownBy(() -> labelling((p, a) -> Verdict.safe(), 0))
        .hasMessage("requests at once is 0: expected 1 to 1024");
  }
}
