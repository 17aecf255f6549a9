package dev.palinode.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.decode.DecodingService.Generation;
import dev.palinode.decode.GenerationEvent.Failed;
import dev.palinode.decode.GenerationEvent.Finished;
import dev.palinode.testkit.FakeCausalLm;
import dev.palinode.testkit.ToyTokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Listeners and callers that throw, block, cancel or close do not affect other requests. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DecodingServiceListenersTest {
  /** Takes a millisecond for a token, and so seconds for thousands. */
  private final FakeCausalLm model =
      new FakeCausalLm(
          ToyTokenizer.SIZE,
          10_000,
          tokens -> {
            LockSupport.parkNanos(1_000_000);
            float[] logits = new float[ToyTokenizer.SIZE];
            logits[2] = 1;
            return logits;
          });

  private DecodingService service(int capacity) {
    return new DecodingService(model, new ToyTokenizer(), BatchLimits.rows(4), capacity);
  }

  private static GenerationRequest request(int tokens) {
    return GenerationRequest.builder(3).maxNewTokens(tokens).build();
  }

  private static GenerationEvent end(Generation generation) throws Exception {
    return generation.end().get(10, TimeUnit.SECONDS);
  }

  @Test
  void listenerThatCloses_endsTheService() throws Exception {
    DecodingService service = service(2);
    Generation other = service.submit(request(9_000), event -> {});
    Generation closing = service.submit(request(5), event -> service.close());

    assertThat(end(closing)).isInstanceOf(Failed.class);
    assertThat(end(other)).isInstanceOf(Failed.class);
    service.close();
    assertThat(model.openRows()).isZero();
  }

  @Test
  void listenerThatSubmits_isNotLeftWaitingForItself() throws Exception {
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    try (DecodingService service = service(1)) {
      service.submit(
          request(5),
          event -> {
            try {
              service.submit(request(5), ignored -> {});
            } catch (IllegalStateException | InterruptedException e) {
              thrown.complete(e);
            }
          });

      assertThat(thrown.get(10, TimeUnit.SECONDS)).hasMessageContaining("full");
    }
  }

  @Test
  void listenerThatSubmitsAtTheEnd_findsItsOwnPlaceFree() throws Exception {
    CompletableFuture<GenerationEvent> last = new CompletableFuture<>();
    try (DecodingService service = service(1)) {
      service.submit(
          request(2),
          event -> {
            if (event.isLast()) {
              submit(service, 2, next -> completeWithLast(last, next));
            }
          });

      assertThat(last.get(10, TimeUnit.SECONDS)).isInstanceOf(Finished.class);
    }
  }

  private static void submit(
      DecodingService service, int tokens, Consumer<GenerationEvent> listener) {
    try {
      service.submit(request(tokens), listener);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void completeWithLast(
      CompletableFuture<GenerationEvent> future, GenerationEvent event) {
    if (event.isLast()) {
      future.complete(event);
    }
  }

  /** While the service ends, a request comes too late, and a listener waits for its submitter. */
  @Test
  void listenerThatWaitsForASubmitter_whileTheServiceCloses_isNotInItsWay() throws Exception {
    DecodingService service = service(2);
    CompletableFuture<Throwable> refused = new CompletableFuture<>();
    CompletableFuture<Boolean> waited = new CompletableFuture<>();
    CountDownLatch running = new CountDownLatch(2);
    service.submit(request(9_000), event -> running.countDown());
    service.submit(
        request(9_000),
        event -> {
          running.countDown();
          if (event.isLast()) {
            waited.complete(isDone(refused));
          }
        });
    running.await();
    Thread submitter =
        new Thread(
            () -> {
              try {
                service.submit(request(1), event -> service.close());
              } catch (IllegalStateException | InterruptedException e) {
                refused.complete(e);
              }
            });
    submitter.start();
    while (submitter.getState() != Thread.State.WAITING) {
      Thread.onSpinWait(); // until it waits for a place
    }
    service.close();

    assertThat(waited.get(20, TimeUnit.SECONDS)).isTrue();
    assertThat(refused.get()).hasMessageContaining("closed");
    submitter.join();
  }

  private static boolean isDone(CompletableFuture<Throwable> future) {
    try {
      future.get(5, TimeUnit.SECONDS);
      return true;
    } catch (Exception e) {
      return false;
    }
  }

  @Test
  void listenerThatInterruptsItsThread_endsNothing() throws Exception {
    try (DecodingService service = service(1)) {
      Consumer<GenerationEvent> rude = event -> Thread.currentThread().interrupt();
      for (int i = 0; i < 3; i++) {
        assertThat(end(service.submit(request(2), rude))).isInstanceOf(Finished.class);
      }
    }
  }

  @Test
  void listenersThatThrowErrorsAtTheEnd_keepNobodyWaiting() throws Exception {
    DecodingService service = service(3);
    List<Generation> generations = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      generations.add(
          service.submit(
              request(9_000),
              event -> {
                if (event instanceof Failed) {
                  throw new AssertionError("not so");
                }
              }));
    }
    service.close();

    for (Generation generation : generations) {
      assertThat(end(generation)).isInstanceOf(Failed.class);
    }
  }

  @Test
  void requestThatCannotBeTakenOn_takesNoPlace() throws Exception {
    try (DecodingService service = service(1)) {
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> service.offer(null, event -> {}))
            .isInstanceOf(RuntimeException.class);
      }
      assertThat(end(service.offer(request(1), event -> {}).orElseThrow()))
          .isInstanceOf(Finished.class);
    }
  }
}
