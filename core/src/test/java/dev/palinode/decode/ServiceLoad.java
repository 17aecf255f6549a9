package dev.palinode.decode;

import dev.palinode.decode.DecodingService.Generation;
import dev.palinode.decode.GenerationEvent.Failed;
import dev.palinode.decode.GenerationEvent.Finished;
import dev.palinode.decode.GenerationEvent.Token;
import dev.palinode.decode.GenerationEvent.Undo;
import dev.palinode.testkit.FaultTally;
import dev.palinode.token.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A load on a {@link DecodingService} with faults: requests are cancelled and time out, listeners
 * throw, cancel and close the service, guards fail and time out, and the model throws. Every
 * complete answer is compared with that of the same request alone.
 *
 * <p>Requests come in waves, each from a seed; within a wave threads race.
 */
public final class ServiceLoad {
  private static final int THREADS = 4;
  private static final int REQUESTS = 15; // of a thread in a wave

  private enum Fault {
    THROW,
    CANCEL,
    CLOSE
  }

  private final CausalLm model;
  private final Tokenizer tokenizer;
  private final LoadRequests requests;
  private final AnswerComparison comparison;
  private final FaultTally tally;

  /**
   * @param name of the line of counts
   * @param prompts to draw from
   * @param end the id that ends an answer
   * @param reset the model's reset token
   */
  public ServiceLoad(
      String name, CausalLm model, Tokenizer tokenizer, List<int[]> prompts, int end, int reset) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.requests = new LoadRequests(prompts, end, reset);
    this.comparison = new AnswerComparison(model, tokenizer);
    this.tally = new FaultTally(name);
  }

  /**
   * Runs waves for a fraction of the seconds in the system property {@code palinode.faultSeconds},
   * one at least, and prints the counts.
   *
   * @throws AssertionError if an answer differs by more than rounding, or an unexpected failure
   *     occurred
   */
  public void run(double fraction) throws Exception {
    long seconds = Math.round(fraction * Integer.getInteger("palinode.faultSeconds", 60));
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    long wave = 0;
    do {
      wave(wave++);
    } while (System.nanoTime() < end && tally.of("stray") == 0);
    tally.print();
    if (tally.of(AnswerComparison.DIFFERING) + tally.of("stray") > 0
        || tally.of(AnswerComparison.IDENTICAL) == 0) {
      throw new AssertionError(tally.toString());
    }
  }

  private void wave(long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    long least = model.cachedTokens(2, model.contextLength());
    BatchLimits limits =
        BatchLimits.rows(2 + random.nextInt(10))
            .withPrefillTokens(1 + random.nextInt(60))
            .withMaxTokens(least * (1 + random.nextInt(6)));
    boolean closes = random.nextInt(6) == 0;
    List<Client> clients = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try (DecodingService service =
        new DecodingService(
            new FaultyLm(model, random.nextLong()), tokenizer, limits, 1 + random.nextInt(40))) {
      List<Future<List<Client>>> running = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        SplittableRandom own = random.split();
        Callable<List<Client>> thread = () -> submitAll(service, own, closes);
        running.add(threads.submit(thread));
      }
      for (Future<List<Client>> each : running) {
        clients.addAll(each.get());
      }
      for (Client client : clients) {
        client.generation.join().end().get(2, TimeUnit.MINUTES);
      }
    } finally {
      threads.shutdownNow();
    }
    clients.forEach(client -> tally.count(outcome(client)));
  }

  private List<Client> submitAll(DecodingService service, SplittableRandom random, boolean closes)
      throws InterruptedException {
    List<Client> clients = new ArrayList<>();
    for (int i = 0; i < REQUESTS; i++) {
      Client client = new Client(service, random, closes);
      try {
        client.generation.complete(service.submit(requests.request(client.seed, false), client));
        clients.add(client);
      } catch (IllegalStateException e) {
        boolean known = closes && e.getMessage().contains("closed") && client.told == 0;
        tally.count(known ? "refused by a closed service" : "stray");
      }
    }
    return clients;
  }

  private String outcome(Client client) {
    if (client.wrong) {
      return "stray";
    }
    if (client.hasThrown) {
      return "failed listeners";
    }
    if (client.end instanceof Failed failed) {
      return reason(failed);
    }
    Finished finished = (Finished) client.end;
    return switch (finished.reason()) {
      case CANCELLED -> "cancelled";
      case DEADLINE -> "deadline";
      case STOP, LENGTH, REFUSED ->
          comparison.compare(requests.request(client.seed, true), finished);
    };
  }

  private static String reason(Failed failed) {
    String message = String.valueOf(failed.cause().getMessage());
    if (message.contains("a guard")) {
      return "failed guards";
    }
    if (message.equals(FaultyLm.FAULT)) {
      return "failed by the model";
    }
    if (message.contains("service is closed")) {
      return "closed";
    }
    failed.cause().printStackTrace(System.out);
    return "stray";
  }

  /** A listener that checks the consistency of its request's events, and injects its faults. */
  private static final class Client implements Consumer<GenerationEvent> {
    final long seed;
    final CompletableFuture<Generation> generation = new CompletableFuture<>();
    private final DecodingService service;
    private final Fault fault;
    private final int at;
    private final StringBuilder text = new StringBuilder();
    private final List<Integer> tokens = new ArrayList<>();
    GenerationEvent end;
    boolean wrong;
    boolean hasThrown;
    int told;

    /**
     * @param closes whether its fault may be to close the service
     */
    Client(DecodingService service, SplittableRandom random, boolean closes) {
      this.service = service;
      this.seed = random.nextLong();
      this.fault =
          List.of(Fault.THROW, Fault.CANCEL, Fault.CLOSE).get(random.nextInt(closes ? 3 : 2));
      this.at = random.nextInt(6) == 0 ? 1 + random.nextInt(8) : 0;
    }

    @Override
    public void accept(GenerationEvent event) {
      wrong |= end != null || hasThrown;
      take(event);
      if (++told == at) {
        act();
      }
    }

    private void take(GenerationEvent event) {
      if (event instanceof Token token) {
        tokens.add(token.id());
        text.append(token.text());
      } else if (event instanceof Undo undo) {
        wrong |= !text.toString().endsWith(undo.text());
        tokens.subList(tokens.size() - undo.withdrawn(), tokens.size()).clear();
        text.setLength(text.length() - undo.text().length());
      } else if (event instanceof Finished finished) {
        int[] visible = finished.transcript().visible();
        wrong |= !finished.text().contentEquals(text + finished.rest());
        wrong |= !tokens.equals(Arrays.stream(visible).boxed().toList());
      }
      if (event.isLast()) {
        end = event;
      }
    }

    private void act() {
      switch (fault) {
        case THROW -> {
          hasThrown = end == null;
          throw new AssertionError("a listener that is broken");
        }
        case CANCEL -> {
          var unused = generation.thenAccept(Generation::cancel);
        }
        case CLOSE -> service.close();
      }
    }
  }
}
