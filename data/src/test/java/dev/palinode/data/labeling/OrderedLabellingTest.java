package dev.palinode.data.labeling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.chat.Message;
import dev.palinode.data.record.RecordSink;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OrderedLabellingTest {
  private final List<Labelled<Integer>> labelled = new ArrayList<>();

  private OrderedLabelling<Integer> labelling(Judge judge, int requests) {
    return labelling(judge, requests, labelled::add);
  }

  private OrderedLabelling<Integer> labelling(
      Judge judge, int requests, RecordSink<Labelled<Integer>> sink) {
    List<Message> prompt = List.of(Message.user("q"));
    return new OrderedLabelling<>(
        judge,
        requests,
        row -> List.of(new AnswerToJudge(prompt, row + "a"), new AnswerToJudge(prompt, row + "b")),
        sink);
  }

  private static void pause(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  private List<Integer> rows() {
    return labelled.stream().map(Labelled::row).toList();
  }

  @Test
  void rowsKeepTheirOrder_andVerdictsTheirRows() throws Exception {
    AtomicInteger atOnce = new AtomicInteger();
    AtomicInteger mostAtOnce = new AtomicInteger();
    Judge judge =
        (prompt, answer) -> {
          mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
          pause(ThreadLocalRandom.current().nextInt(4));
          atOnce.decrementAndGet();
          return answer.endsWith("9b") ? Verdict.undecided("nine") : Verdict.unsafe(answer);
        };
    try (OrderedLabelling<Integer> labelling = labelling(judge, 8)) {
      for (int row = 0; row < 200; row++) {
        labelling.accept(row);
      }
      labelling.finish();
    }

    assertThat(rows()).isEqualTo(IntStream.range(0, 200).boxed().toList());
    assertThat(labelled.get(17).verdicts())
        .containsExactly(Verdict.unsafe("17a"), Verdict.unsafe("17b"));
    assertThat(labelled.get(19).verdicts())
        .containsExactly(Verdict.unsafe("19a"), Verdict.undecided("nine"));
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
    try (OrderedLabelling<Integer> labelling = labelling(judge, 2)) {
      int held = 2 * OrderedLabelling.ROWS_PER_REQUEST;
      for (int row = 0; row < held; row++) {
        labelling.accept(row); // none of them waits
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
      labelling.accept(held); // waits for the first
      assertThat(rows()).contains(0);
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
    try (OrderedLabelling<Integer> labelling = labelling(judge, 3)) {
      assertThatThrownBy(
              () -> {
                for (int row = 0; row < 1000; row++) {
                  labelling.accept(row);
                }
              })
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("toads");
      assertThatThrownBy(() -> labelling.accept(0)).hasMessage("the labelling has ended");
      assertThatThrownBy(labelling::finish).hasMessage("the labelling has ended");
    }
    assertThat(rows()).isEqualTo(IntStream.range(0, 20).boxed().toList());
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
    try (OrderedLabelling<Integer> labelling = labelling(judge, 3)) {
      assertThatThrownBy(
              () -> {
                labelling.accept(0);
                labelling.accept(1);
                labelling.finish();
              })
          .hasMessage("toads");
      thrown.countDown();
    }
    assertThat(judged.get()).isEqualTo(2);
  }

  @Test
  void aSinkThatFails_endsTheLabelling() {
    try (OrderedLabelling<Integer> labelling =
        labelling(
            (prompt, answer) -> Verdict.safe(),
            1,
            row -> {
              throw new IOException("disk full");
            })) {
      assertThatThrownBy(
              () -> {
                labelling.accept(1);
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
    try (OrderedLabelling<Integer> labelling = labelling(judge, 2)) {
      labelling.accept(0);
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
