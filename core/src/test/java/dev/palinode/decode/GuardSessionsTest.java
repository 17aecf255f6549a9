package dev.palinode.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.decode.GenerationEvent.Finished;
import dev.palinode.guard.Guard;
import dev.palinode.guard.Verdict;
import dev.palinode.testkit.FakeCausalLm;
import dev.palinode.testkit.ToyTokenizer;
import dev.palinode.token.TokenIds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Guard sessions are opened once per answer, and closed however the request ends. */
@Timeout(60)
class GuardSessionsTest {
  private static final int A = 2;

  private static final FakeCausalLm MODEL =
      new FakeCausalLm(
          ToyTokenizer.SIZE,
          100,
          tokens -> {
            float[] logits = new float[ToyTokenizer.SIZE];
            logits[A] = 1;
            return logits;
          });

  /** Counts its sessions, and checks as a plain guard does. */
  private static final class Counting implements Guard {
    final Guard guard;
    final AtomicInteger opened = new AtomicInteger();
    final CountDownLatch closed = new CountDownLatch(1);
    final AtomicInteger open = new AtomicInteger();

    Counting(Guard guard) {
      this.guard = guard;
    }

    @Override
    public Verdict check(String visible, boolean complete) {
      throw new AssertionError("asked outside of a session");
    }

    @Override
    public Session open() {
      opened.incrementAndGet();
      open.incrementAndGet();
      return new Session() {
        @Override
        public Verdict check(String visible, boolean complete) throws Exception {
          return guard.check(visible, complete);
        }

        @Override
        public void close() {
          open.decrementAndGet();
          closed.countDown();
        }
      };
    }
  }

  private static GenerationRequest request(Duration limit, Guard... guards) {
    return GenerationRequest.builder(3)
        .maxNewTokens(12)
        .guards(
            new GuardPolicy(
                List.of(guards),
                2,
                new GuardPolicy.Rewind(Optional.empty()),
                1,
                TokenIds.of(),
                limit))
        .build();
  }

  private static GenerationEvent end(GenerationRequest request) {
    return new Decoder(MODEL, new ToyTokenizer(), BatchLimits.rows(2))
        .generate(List.of(request))
        .get(0);
  }

  private static final Duration LONG = Duration.ofSeconds(30);

  /** A check has begun by then, on a busy machine too. */
  private static final Duration SHORT = Duration.ofMillis(500);

  @Test
  void oneSession_perRequestAndGuard() {
    Counting first = new Counting((text, complete) -> Verdict.safe());
    Counting second = new Counting((text, complete) -> Verdict.safe());
    GenerationRequest request = request(LONG, first, second);

    new Decoder(MODEL, new ToyTokenizer(), BatchLimits.rows(2))
        .generate(List.of(request, request, request));

    assertThat(first.opened).hasValue(3);
    assertThat(second.opened).hasValue(3);
    assertThat(first.open).hasValue(0);
    assertThat(second.open).hasValue(0);
  }

  @Test
  void aGuardThatIsNeverAsked_isNotOpened() {
    Counting first = new Counting((text, complete) -> Verdict.unsafe("never"));
    Counting second = new Counting((text, complete) -> Verdict.safe());

    assertThat(((Finished) end(request(LONG, first, second))).reason())
        .isEqualTo(FinishReason.REFUSED);

    assertThat(first.opened).hasValue(1);
    assertThat(first.open).hasValue(0);
    assertThat(second.opened).hasValue(0);
  }

  @Test
  void aGuardThatFails_isClosed() {
    Counting broken =
        new Counting(
            (text, complete) -> {
              throw new IllegalStateException("broken");
            });
    Counting silent = new Counting((text, complete) -> Verdict.undecided("no idea"));

    end(request(LONG, broken));
    end(request(LONG, silent));

    assertThat(broken.open).hasValue(0);
    assertThat(silent.open).hasValue(0);
  }

  @Test
  void aSessionThatCannotBeClosed_failsNobody() {
    Guard stubborn =
        new Guard() {
          @Override
          public Verdict check(String visible, boolean complete) {
            return Verdict.safe();
          }

          @Override
          public Session open() {
            return new Session() {
              @Override
              public Verdict check(String visible, boolean complete) {
                return Verdict.safe();
              }

              @Override
              public void close() {
                throw new IllegalStateException("still in use");
              }
            };
          }
        };
    Counting other = new Counting((text, complete) -> Verdict.safe());

    assertThat(end(request(LONG, stubborn, other))).isInstanceOf(Finished.class);
    assertThat(other.open).hasValue(0);
  }

  /** It is still checking then: what it keeps is freed when it has ended, and not before. */
  @Test
  void aCheckThatTakesTooLong_closesItsSessionAtItsEnd() throws Exception {
    CountDownLatch failed = new CountDownLatch(1);
    List<Integer> openDuringCheck = new ArrayList<>();
    Counting[] self = new Counting[1];
    self[0] =
        new Counting(
            (text, complete) -> {
              awaitThroughInterrupts(failed);
              openDuringCheck.add(self[0].open.get());
              return Verdict.safe();
            });

    new Decoder(MODEL, new ToyTokenizer(), BatchLimits.rows(1))
        .generate(
            List.of(request(SHORT, self[0])),
            event -> {
              if (event.isLast()) {
                failed.countDown();
              }
            });

    self[0].closed.await();
    assertThat(openDuringCheck).containsExactly(1);
    assertThat(self[0].open).hasValue(0);
  }

  private static void awaitThroughInterrupts(CountDownLatch latch) {
    for (; ; ) {
      try {
        latch.await();
        return;
      } catch (InterruptedException e) {
        // not yet
      }
    }
  }

  /** Its caller may close the guard's model then. */
  @Test
  void whenGenerateReturns_noGuardIsRunning() {
    CountDownLatch never = new CountDownLatch(1);
    AtomicLong work = new AtomicLong();
    Guard slow =
        (text, complete) -> {
          try {
            never.await();
          } catch (InterruptedException e) {
            SplittableRandom random = new SplittableRandom(1);
            work.set(LongStream.generate(random::nextLong).limit(10_000_000).sum());
          }
          return Verdict.safe();
        };

    end(request(SHORT, slow));

    assertThat(work).doesNotHaveValue(0);
  }

  @Test
  void aServiceThatIsClosed_closesThem() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    Counting slow =
        new Counting(
            (text, complete) -> {
              asked.countDown();
              new CountDownLatch(1).await(); // until it is interrupted
              return Verdict.safe();
            });
    try (DecodingService service =
        new DecodingService(MODEL, new ToyTokenizer(), BatchLimits.rows(1), 4)) {
      service.submit(request(LONG, slow), event -> {});
      asked.await();
    }

    slow.closed.await();
    assertThat(slow.open).hasValue(0);
  }
}
