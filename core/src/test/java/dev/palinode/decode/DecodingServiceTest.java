package dev.palinode.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.decode.DecodingService.Generation;
import dev.palinode.decode.GenerationEvent.Failed;
import dev.palinode.decode.GenerationEvent.Finished;
import dev.palinode.decode.GenerationEvent.Token;
import dev.palinode.decode.sampling.SamplingSettings;
import dev.palinode.decode.undo.UndoPolicy;
import dev.palinode.testkit.FakeCausalLm;
import dev.palinode.testkit.ToyTokenizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DecodingServiceTest {
  private static final ToyTokenizer TOKENIZER = new ToyTokenizer();

  private static DecodingService service(CausalLm model, int rows, int capacity) {
    return new DecodingService(model, TOKENIZER, BatchLimits.rows(rows), capacity);
  }

  /** A model that never ends, and takes a permit for every step. */
  private static FakeCausalLm stepping(Semaphore steps) {
    return new FakeCausalLm(
        ToyTokenizer.SIZE,
        10_000,
        tokens -> {
          steps.acquireUninterruptibly();
          float[] logits = new float[ToyTokenizer.SIZE];
          logits[2] = 1;
          return logits;
        });
  }

  private static GenerationRequest endless(int prompt) {
    return GenerationRequest.builder(prompt).maxNewTokens(9_000).build();
  }

  @Test
  void manyThreads_getWhatTheyWouldGetAlone() throws Exception {
    FakeCausalLm model = FakeCausalLm.random(ToyTokenizer.SIZE, 60);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try (DecodingService service = service(model, 5, 6)) {
      List<Future<List<GenerationEvent>>> answers = new ArrayList<>();
      List<GenerationRequest> requests = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        GenerationRequest request =
            GenerationRequest.builder(2 + i % 7, 3)
                .maxNewTokens(1 + i % 30)
                .stopIds(Set.of(ToyTokenizer.EOS))
                .sampling(SamplingSettings.temperature(1))
                .undo(UndoPolicy.onReset(ToyTokenizer.RESET, 2))
                .seed(i)
                .build();
        requests.add(request);
        answers.add(threads.submit(() -> service.stream(request).toList()));
      }
      for (int i = 0; i < 60; i++) {
        List<GenerationEvent> alone =
            new Decoder(model, TOKENIZER, BatchLimits.rows(1)).stream(requests.get(i)).toList();
        assertThat(shown(answers.get(i).get())).isEqualTo(shown(alone));
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(model.openRows()).isZero();
  }

  /** Events without their request's number, times and transcript. */
  private static List<Object> shown(List<GenerationEvent> events) {
    List<Object> shown = new ArrayList<>();
    for (GenerationEvent event : events) {
      if (event instanceof Token token) {
        shown.add(token.id() + token.text());
      } else if (event instanceof Finished end) {
        shown.add(end.reason() + end.text() + end.usage().visibleTokens());
      } else {
        shown.add(event.getClass());
      }
    }
    return shown;
  }

  @Test
  void cancelled_leavesWithinAStep_andOthersGoOn() throws Exception {
    Semaphore steps = new Semaphore(0);
    FakeCausalLm model = stepping(steps);
    try (DecodingService service = service(model, 4, 4)) {
      List<GenerationEvent> first = new CopyOnWriteArrayList<>();
      List<GenerationEvent> second = new CopyOnWriteArrayList<>();
      Generation given = service.submit(endless(3), first::add);
      Generation kept = service.submit(endless(4), second::add);
      steps.release(20);
      awaitSteps(steps);

      given.cancel();
      steps.release(3);
      Finished end = (Finished) given.end().get();
      int then = second.size();
      steps.release(10);
      awaitSteps(steps);

      assertThat(end.reason()).isEqualTo(FinishReason.CANCELLED);
      assertThat(end.usage().visibleTokens()).isEqualTo(first.size() - 1).isBetween(8, 12);
      assertThat(second.size()).isGreaterThan(then + 7);
      assertThat(kept.end()).isNotDone();
      steps.release(1_000_000);
    }
  }

  private static void awaitSteps(Semaphore steps) throws InterruptedException {
    while (steps.availablePermits() > 0 || !steps.hasQueuedThreads()) {
      Thread.sleep(1);
    }
  }

  /** A model that never ends, and takes a millisecond for a token. */
  private static FakeCausalLm slow() {
    return new FakeCausalLm(
        ToyTokenizer.SIZE,
        100_000,
        tokens -> {
          LockSupport.parkNanos(1_000_000);
          return new float[ToyTokenizer.SIZE];
        });
  }

  @Test
  void timeLimit_endsIt_runningOrWaiting() throws Exception {
    GenerationRequest limited =
        GenerationRequest.builder(3).maxNewTokens(50_000).timeLimit(Duration.ofMillis(500)).build();
    try (DecodingService service = service(slow(), 1, 4)) {
      Finished running = (Finished) service.submit(limited, event -> {}).end().get();
      Generation endless = service.submit(endless(3), event -> {});
      Finished waiting = (Finished) service.submit(limited, event -> {}).end().get();

      assertThat(running.reason()).isEqualTo(FinishReason.DEADLINE);
      assertThat(running.usage().visibleTokens()).isPositive();
      assertThat(running.usage().waiting().plus(running.usage().total()))
          .isBetween(Duration.ofMillis(500), Duration.ofSeconds(20));
      assertThat(waiting.reason()).isEqualTo(FinishReason.DEADLINE);
      assertThat(waiting.usage().sampledTokens()).isZero();
      endless.cancel();
    }
  }

  @Test
  void fullService_turnsAway_orLetsWait() throws Exception {
    Semaphore steps = new Semaphore(0);
    try (DecodingService service = service(stepping(steps), 1, 2)) {
      Generation first = service.submit(endless(3), event -> {});
      service.submit(endless(3), event -> {});

      assertThat(service.offer(endless(3), event -> {})).isEmpty();
      CountDownLatch taken = new CountDownLatch(1);
      Thread waiting =
          new Thread(
              () -> {
                try {
                  service.submit(endless(3), event -> {});
                  taken.countDown();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
      waiting.start();
      assertThat(taken.await(50, TimeUnit.MILLISECONDS)).isFalse();
      first.cancel();
      steps.release(5);
      assertThat(taken.await(20, TimeUnit.SECONDS)).isTrue();
      steps.release(1_000_000);
    }
  }

  @Test
  void listenerThatThrows_endsItsRequestAlone() throws Exception {
    FakeCausalLm model = FakeCausalLm.random(ToyTokenizer.SIZE, 60);
    try (DecodingService service = service(model, 4, 4)) {
      Generation broken =
          service.submit(
              GenerationRequest.builder(2).maxNewTokens(20).build(),
              event -> {
                throw new IllegalStateException("gone");
              });
      Generation other =
          service.submit(GenerationRequest.builder(2).maxNewTokens(20).build(), event -> {});

      assertThat(((Failed) broken.end().get()).cause()).hasRootCauseMessage("gone");
      assertThat(other.end().get()).isInstanceOf(Finished.class);
    }
    assertThat(model.openRows()).isZero();
  }

  @Test
  void modelThatFailsOnOneRow_failsThatRequestAlone() throws Exception {
    FakeCausalLm model =
        new FakeCausalLm(
            ToyTokenizer.SIZE,
            60,
            tokens -> {
              if (tokens[0] == 5 && tokens.length == 4) {
                throw new IllegalStateException("out of memory, say");
              }
              float[] logits = new float[ToyTokenizer.SIZE];
              logits[2 + tokens.length % 3] = 1;
              return logits;
            });
    try (DecodingService service = service(model, 4, 4)) {
      Generation good =
          service.submit(GenerationRequest.builder(4).maxNewTokens(20).build(), event -> {});
      Generation bad =
          service.submit(GenerationRequest.builder(5).maxNewTokens(20).build(), event -> {});
      Generation late =
          service.submit(GenerationRequest.builder(6).maxNewTokens(20).build(), event -> {});

      assertThat(((Failed) bad.end().get()).cause()).hasMessage("out of memory, say");
      Finished end = (Finished) good.end().get();
      assertThat(end.transcript().visible()).startsWith(3, 4, 2, 3, 4, 2).hasSize(20);
      assertThat(((Finished) late.end().get()).transcript().visible())
          .isEqualTo(end.transcript().visible());
    }
  }

  @Test
  void modelThatFailsForGood_endsTheService_whichSaysWhy() throws Exception {
    AtomicBoolean broken = new AtomicBoolean();
    FakeCausalLm model =
        new FakeCausalLm(
            ToyTokenizer.SIZE,
            10_000,
            tokens -> {
              if (broken.get()) {
                throw new IllegalStateException("device-side assert triggered");
              }
              return new float[] {0, 0, 1};
            });
    try (DecodingService service = service(model, 1, 3)) {
      CompletableFuture<Void> bothSubmitted = new CompletableFuture<>();
      Generation running =
          service.submit(
              endless(3),
              event -> {
                bothSubmitted.join();
                broken.set(true);
              });
      Generation queued = service.submit(endless(3), event -> {});
      bothSubmitted.complete(null);

      assertThat(((Failed) running.end().get()).cause()).hasMessageContaining("device-side");
      assertThat(((Failed) queued.end().get()).cause())
          .hasMessageContaining("restart the process")
          .hasRootCauseMessage("device-side assert triggered");
      service.close(); // waits for the thread, which has ended by itself
      assertThatThrownBy(() -> service.submit(endless(3), event -> {}))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("restart the process");
      assertThat(service.failure().orElseThrow()).hasMessageContaining("device-side");
    }
    assertThat(model.openRows()).isZero();
  }

  @Test
  void close_failsWhatIsUnderWay_andTakesNothingMore() throws Exception {
    DecodingService service = service(slow(), 1, 3);
    Generation running = service.submit(endless(3), event -> {});
    Generation waiting = service.submit(endless(3), event -> {});
    Stream<GenerationEvent> stream = service.stream(endless(3));

    service.close();

    assertThat(((Failed) running.end().get()).cause()).hasMessageContaining("closed");
    assertThat(((Failed) waiting.end().get()).cause()).hasMessageContaining("closed");
    assertThat(stream.toList()).last().isInstanceOf(Failed.class);
    assertThatThrownBy(() -> service.submit(endless(3), event -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }
}
