package dev.palinode.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.decode.DecodingService.Generation;
import dev.palinode.decode.sampling.SamplingSettings;
import dev.palinode.decode.undo.UndoPolicy;
import dev.palinode.guard.Guard;
import dev.palinode.guard.Verdict;
import dev.palinode.testkit.FakeCausalLm;
import dev.palinode.testkit.ToyTokenizer;
import dev.palinode.token.TokenIds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Many threads, with requests that are cancelled, closed unread or time out, guards that are slow,
 * throw or cannot decide, listeners that throw, and a model that fails.
 */
@Timeout(60)
class DecodingServiceStressTest {
  private static final int THREADS = 6;
  private static final int REQUESTS = 60; // of each thread
  private static final int CAPACITY = 7;
  private static final int SICK = 13;

  private final FakeCausalLm model =
      new FakeCausalLm(
          ToyTokenizer.SIZE,
          80,
          tokens -> {
            SplittableRandom random = new SplittableRandom(Arrays.hashCode(tokens));
            if (tokens[tokens.length - 1] == SICK && random.nextInt(8) == 0) {
              throw new LinkageError("sick");
            }
            float[] logits = new float[ToyTokenizer.SIZE];
            for (int id = 0; id < logits.length; id++) {
              logits[id] = (float) (3 * random.nextDouble());
            }
            return logits;
          });

  /** Checks that events are not reported after the end. */
  private static final class Listener implements Consumer<GenerationEvent> {
    private final int throwsAt;
    private int told;
    private volatile boolean ended;
    private volatile boolean wrong;

    Listener(int throwsAt) {
      this.throwsAt = throwsAt;
    }

    @Override
    public void accept(GenerationEvent event) {
      wrong |= ended;
      ended |= event.isLast() || ++told == throwsAt;
      if (told == throwsAt) {
        throw new AssertionError("gone");
      }
    }
  }

  @Test
  void whateverGoesWrong_everyRequestEnds_andNothingIsLeft() throws Exception {
    DecodingService service =
        new DecodingService(
            model,
            new ToyTokenizer(),
            BatchLimits.rows(5).withPrefillTokens(25).withMaxTokens(300),
            CAPACITY);
    List<Listener> listeners = new ArrayList<>();
    List<Generation> generations = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<Void>> clients = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        SplittableRandom random = new SplittableRandom(i);
        Callable<Void> client = () -> client(service, random, generations, listeners);
        clients.add(threads.submit(client));
      }
      for (Future<Void> client : clients) {
        client.get();
      }
      for (Generation generation : generations) {
        GenerationEvent end = generation.end().get(20, TimeUnit.SECONDS);
        assertThat(end.isLast()).isTrue();
        assertThat(end.request()).isEqualTo(generation.request());
      }
      assertThat(listeners).noneMatch(listener -> listener.wrong);
      takeAllPlaces(service);
    } finally {
      threads.shutdownNow();
      service.close();
    }
    assertThat(model.openRows()).isZero();
    awaitEndOfThreads();
  }

  private static Void client(
      DecodingService service,
      SplittableRandom random,
      List<Generation> generations,
      List<Listener> listeners)
      throws InterruptedException {
    for (int i = 0; i < REQUESTS; i++) {
      GenerationRequest request = request(random);
      if (random.nextInt(5) == 0) {
        try (Stream<GenerationEvent> events = service.stream(request)) {
          events.limit(random.nextInt(20)).forEach(event -> {});
        }
        continue;
      }
      Listener listener = new Listener(random.nextInt(5) == 0 ? 1 + random.nextInt(6) : 0);
      Generation generation = service.submit(request, listener);
      synchronized (generations) {
        generations.add(generation);
        listeners.add(listener);
      }
      if (random.nextInt(3) == 0) {
        Thread.sleep(0, random.nextInt(1_000_000));
        generation.cancel();
      }
    }
    return null;
  }

  private static GenerationRequest request(SplittableRandom random) {
    GenerationRequest.Builder builder =
        GenerationRequest.builder(prompt(random))
            .maxNewTokens(1 + random.nextInt(30))
            .stopIds(Set.of(ToyTokenizer.EOS))
            .sampling(SamplingSettings.temperature(1))
            .undo(UndoPolicy.onReset(ToyTokenizer.RESET, random.nextInt(3)))
            .seed(random.nextLong());
    if (random.nextInt(3) == 0) {
      builder.guidance(Guidance.of(prompt(random), 2, Guidance.Form.PROBABILITY));
    }
    if (random.nextInt(6) == 0) {
      builder.timeLimit(Duration.ofNanos(1 + random.nextInt(5_000_000)));
    }
    if (random.nextInt(2) == 0) {
      builder.guards(
          new GuardPolicy(
              List.of(guard(random.nextInt(5))),
              1 + random.nextInt(4),
              random.nextBoolean()
                  ? new GuardPolicy.ForceReset()
                  : new GuardPolicy.Rewind(Optional.of(TokenIds.of(prompt(random)))),
              random.nextInt(3),
              TokenIds.of(2, 3),
              Duration.ofMillis(20)));
    }
    return builder.build();
  }

  /** Long ones begin alike; some never fit. */
  private static int[] prompt(SplittableRandom random) {
    int[] prompt = new int[1 + random.nextInt(random.nextInt(10) == 0 ? 100 : 40)];
    Arrays.fill(prompt, 3);
    prompt[prompt.length - 1] = 2 + random.nextInt(ToyTokenizer.SIZE - 2);
    return prompt;
  }

  private static Guard guard(int kind) {
    return (text, complete) -> {
      if (kind == 0) {
        Thread.sleep(complete ? 100 : 1); // too long for the end
      } else if (kind == 1 && text.length() > 6) {
        throw new IllegalStateException("broken");
      } else if (kind == 2 && complete) {
        return Verdict.undecided("who knows");
      }
      return text.contains("bad") ? Verdict.unsafe("bad", text.indexOf("bad")) : Verdict.safe();
    };
  }

  private static void takeAllPlaces(DecodingService service) throws Exception {
    GenerationRequest last = GenerationRequest.builder(2).maxNewTokens(1).build();
    service.submit(last, event -> {}).end().get(); // after it, all closed streams have left
    CountDownLatch gate = new CountDownLatch(1);
    for (int i = 0; i < CAPACITY; i++) {
      assertThat(service.offer(last, event -> awaitOpen(gate))).isPresent();
    }
    assertThat(service.offer(last, event -> {})).isEmpty();
    gate.countDown();
  }

  private static void awaitOpen(CountDownLatch gate) {
    try {
      gate.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Guards that were interrupted may take a moment. */
  private static void awaitEndOfThreads() throws InterruptedException {
    for (int i = 0; i < 500 && threadsLeft() > 0; i++) {
      Thread.sleep(10);
    }
    assertThat(threadsLeft()).isZero();
  }

  private static long threadsLeft() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("palinode-"))
        .count();
  }
}
