package dev.palinode.data.labeling;

import dev.palinode.data.record.RecordSink;
import dev.palinode.guard.Judge;
import dev.palinode.guard.Verdict;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * Labels rows with a slow judge, many answers concurrently, and passes them to a sink in input
 * order: a bounded queue of futures.
 *
 * <p>The queue holds at most {@value #ROWS_PER_REQUEST} rows per request; when it is full, {@link
 * #accept} waits for the oldest row. The sink is called on the thread that calls {@code accept} and
 * {@link #finish}. An exception of the judge ends the labelling: earlier rows have been passed on,
 * no further answer is started, and the exception is rethrown unchanged. The same holds for an
 * exception of the sink, and an interrupt. {@link #close} waits for answers in progress, except
 * after an interrupt, so that a {@link CachedJudge} keeps labels that may have been paid for.
 *
 * <p>Not thread-safe.
 *
 * @param <T> the kind of row
 */
public final class OrderedLabelling<T> implements RecordSink<T>, AutoCloseable {
  /** Queued rows per request, while a slow request is waited for. */
  public static final int ROWS_PER_REQUEST = 4;

  /** Maximum number of answers that are judged concurrently. */
  public static final int MAX_REQUESTS = 1024;

  private static final int PATIENCE_SECONDS = 10;

  private record Waiting<T>(T row, List<Future<Verdict>> verdicts) {
    boolean isReady() {
      return verdicts.stream().allMatch(Future::isDone);
    }
  }

  private final Judge judge;
  private final Function<? super T, List<AnswerToJudge>> answers;
  private final RecordSink<? super Labelled<T>> sink;
  private final int mostRows;
  private final ExecutorService threads;
  private final Queue<Waiting<T>> waiting = new ArrayDeque<>();
  private final AtomicLong lastToStart = new AtomicLong(Long.MAX_VALUE); // number of an answer
  private long numbers;

  /**
   * @param requests number of answers that are judged concurrently; 1 to {@value #MAX_REQUESTS}
   * @param answers the answers of a row to judge: at least one
   * @param sink receives each row with its verdicts, in the order of the rows
   */
  public OrderedLabelling(
      Judge judge,
      int requests,
      Function<? super T, List<AnswerToJudge>> answers,
      RecordSink<? super Labelled<T>> sink) {
    if (requests < 1 || requests > MAX_REQUESTS) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "requests at once is %d: expected 1 to %d", requests, MAX_REQUESTS));
    }
    this.judge = judge;
    this.answers = answers;
    this.sink = sink;
    this.mostRows = ROWS_PER_REQUEST * requests;
    this.threads = Executors.newFixedThreadPool(requests, OrderedLabelling::thread);
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "labelling");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Adds a row; passes on rows that are ready, and waits for the oldest if the queue is full.
   *
   * @throws IOException from the sink; an {@link InterruptedIOException} if the thread is
   *     interrupted, with its interrupt flag set
   * @throws RuntimeException from the judge
   * @throws IllegalStateException after {@link #close} or an exception
   */
  @Override
  public void accept(T row) throws IOException {
    requireRunning();
    List<Future<Verdict>> verdicts = new ArrayList<>();
    for (AnswerToJudge each : answers.apply(row)) {
      long number = numbers++;
      verdicts.add(threads.submit(() -> verdictOn(number, each)));
    }
    waiting.add(new Waiting<>(row, verdicts));
    while (!waiting.isEmpty() && (waiting.size() > mostRows || waiting.element().isReady())) {
      emitFirst();
    }
  }

  /**
   * Waits for all rows and passes them on.
   *
   * @throws IOException as {@link #accept}
   */
  public void finish() throws IOException {
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
  private Verdict verdictOn(long number, AnswerToJudge each) {
    if (number > lastToStart.get()) {
      throw new CancellationException("the labelling has ended");
    }
    try {
      return judge.judge(each.prompt(), each.answer());
    } catch (RuntimeException | Error e) {
      lastToStart.accumulateAndGet(number, Math::min);
      throw e;
    }
  }

  private void emitFirst() throws IOException {
    try {
      Waiting<T> first = waiting.remove();
      List<Verdict> verdicts = new ArrayList<>();
      for (Future<Verdict> each : first.verdicts()) {
        verdicts.add(verdict(each));
      }
      sink.accept(new Labelled<>(first.row(), verdicts));
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
   * Ends all threads. Rows in the queue are discarded unless {@link #finish} was called. Answers in
   * progress have a few seconds to complete, so that a cache gets their labels and can be closed
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
