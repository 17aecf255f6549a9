package dev.palinode.data.pairs;

import dev.palinode.chat.Message;
import dev.palinode.data.record.PreferencePair;
import dev.palinode.guard.Verdict;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.commons.io.function.IOConsumer;

/**
 * Labels preference pairs with a slow judge, many answers concurrently, and passes them to a sink
 * in input order: a bounded queue of futures.
 *
 * <p>The queue holds at most {@value #PAIRS_PER_REQUEST} pairs per request; when it is full, {@link
 * #accept} waits for the oldest one. The sink is called on the thread that calls {@code accept} and
 * {@link #finish}. An exception of the judge ends the labelling: earlier pairs have been passed on,
 * no further answer is started, and the exception is rethrown unchanged. The same holds for an
 * exception of the sink, and an interrupt. {@link #close} waits for answers in progress, except
 * after an interrupt, so that a {@link CachedJudge} keeps labels that may have been paid for.
 *
 * <p>Not thread-safe.
 */
final class PairLabelling implements IOConsumer<PreferencePair>, AutoCloseable {
  /** Queued pairs per request, while a slow request is waited for. */
  static final int PAIRS_PER_REQUEST = 4;

  private static final int PATIENCE_SECONDS = 10;

  private record Waiting(PreferencePair pair, Future<Verdict> chosen, Future<Verdict> rejected) {
    boolean isReady() {
      return chosen.isDone() && rejected.isDone();
    }
  }

  private final PairJudge judge;
  private final IOConsumer<? super LabelledPair> sink;
  private final ExecutorService threads;
  private final Queue<Waiting> waiting = new ArrayDeque<>();
  private final AtomicLong lastToStart = new AtomicLong(Long.MAX_VALUE); // number of an answer
  private long answers;

  /**
   * @param sink receives each pair with its verdicts, in the order of the pairs
   */
  PairLabelling(PairJudge judge, IOConsumer<? super LabelledPair> sink) {
    this.judge = judge;
    this.sink = sink;
    this.threads = Executors.newFixedThreadPool(judge.requests(), PairLabelling::thread);
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "labelling");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Adds a pair; passes on pairs that are ready, and waits for the oldest if the queue is full.
   *
   * @throws IOException from the sink; an {@link InterruptedIOException} if the thread is
   *     interrupted, with its interrupt flag set
   * @throws RuntimeException from the judge
   * @throws IllegalStateException after {@link #close} or an exception
   */
  @Override
  public void accept(PreferencePair pair) throws IOException {
    requireRunning();
    List<String> both = pair.answers();
    waiting.add(new Waiting(pair, start(pair, both.get(0)), start(pair, both.get(1))));
    int most = PAIRS_PER_REQUEST * judge.requests();
    while (!waiting.isEmpty() && (waiting.size() > most || waiting.element().isReady())) {
      emitFirst();
    }
  }

  private Future<Verdict> start(PreferencePair pair, String answer) {
    long number = answers++;
    return threads.submit(() -> verdictOn(number, pair.prompt(), answer));
  }

  /**
   * Waits for all pairs and passes them on.
   *
   * @throws IOException as {@link #accept}
   */
  void finish() throws IOException {
    requireRunning();
    while (!waiting.isEmpty()) {
      emitFirst();
    }
  }

  private void requireRunning() {
    if (threads.isShutdown()) {
      throw new IllegalStateException("the labelling has ended");
    }
  }

  /** Runs on a pool thread. Answers before a failed one are still judged. */
  private Verdict verdictOn(long number, List<Message> prompt, String answer) {
    if (number > lastToStart.get()) {
      throw new CancellationException("the labelling has ended");
    }
    try {
      return judge.judge().judge(prompt, answer);
    } catch (RuntimeException | Error e) {
      lastToStart.accumulateAndGet(number, Math::min);
      throw e;
    }
  }

  private void emitFirst() throws IOException {
    try {
      Waiting first = waiting.remove();
      sink.accept(
          new LabelledPair(first.pair(), verdict(first.chosen()), verdict(first.rejected())));
    } catch (IOException | RuntimeException | Error e) {
      stopStarting();
      throw e;
    }
  }

  private Verdict verdict(Future<Verdict> future) throws InterruptedIOException {
    try {
      return future.get();
    } catch (InterruptedException e) {
      threads.shutdownNow();
      Thread.currentThread().interrupt();
      throw (InterruptedIOException)
          new InterruptedIOException("interrupted while answers were judged").initCause(e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      if (e.getCause() instanceof RuntimeException problem) {
        throw problem;
      }
      throw new IllegalStateException("a judge threw a checked exception", e.getCause());
    }
  }

  /** Starts no further answers; those in progress are completed. */
  private void stopStarting() {
    lastToStart.set(-1);
    threads.shutdown();
  }

  /**
   * Ends all threads. Pairs in the queue are discarded unless {@link #finish} was called. Answers
   * in progress have a few seconds to complete, so that a cache gets their labels and can be closed
   * next; then they are interrupted.
   */
  @Override
  public void close() {
    stopStarting();
    waiting.clear();
    boolean wasInterrupted = Thread.interrupted();
    try {
      if (wasInterrupted || !threads.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        threads.shutdownNow();
        threads.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      threads.shutdownNow();
      wasInterrupted = true;
    }
    if (wasInterrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
