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
 * Labels rows with a slow judge, many answers at once, and hands them on in the order in which they
 * came: a bounded queue of futures.
 *
 * <p>At most {@value #ROWS_PER_REQUEST} times as many rows as requests are held; {@link #accept}
 * waits for the oldest when there are more. The sink is called on the thread that calls {@code
 * accept} and {@link #finish}. A judge that throws ends the labelling: all rows before its own have
 * been handed on, no further answer is begun, and the exception is thrown as it is. The same holds
 * for a sink that throws, and an interrupt. Answers that are being judged then are waited for on
 * closing, except after an interrupt: a {@link CachedJudge} keeps their labels, which may have been
 * paid for.
 *
 * <p>To be used by one thread.
 *
 * @param <T> the kind of row
 */
public final class OrderedLabelling<T> implements RecordSink<T>, AutoCloseable {
  /** Rows that are held for each request, while a slow one is waited for. */
  public static final int ROWS_PER_REQUEST = 4;

  /** The most answers that are judged at once. */
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
  private final AtomicLong lastToBegin = new AtomicLong(Long.MAX_VALUE); // number of an answer
  private long numbers;

  /**
   * @param requests how many answers are judged at once; 1 to {@value #MAX_REQUESTS}
   * @param answers what of a row is judged: at least one answer
   * @param sink takes each row with its verdicts, in the order of the rows
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
   * Takes a row; hands on those that are ready, and waits for the oldest if too many are held.
   *
   * @throws IOException from the sink; an {@link InterruptedIOException} if the thread is
   *     interrupted, which it then still is
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
      handOnFirst();
    }
  }

  /**
   * Waits for all rows and hands them on.
   *
   * @throws IOException as {@link #accept}
   */
  public void finish() throws IOException {
    requireRunning();
    while (!waiting.isEmpty()) {
      handOnFirst();
    }
  }

  private void requireRunning() {
    if (threads.isShutdown()) {
      throw new IllegalStateException("the labelling has ended");
    }
  }

  /** Runs on one of the threads. Answers before one that failed are still judged. */
  private Verdict verdictOn(long number, AnswerToJudge each) {
    if (number > lastToBegin.get()) {
      throw new CancellationException("the labelling has ended");
    }
    try {
      return judge.judge(each.prompt(), each.answer());
    } catch (RuntimeException | Error e) {
      lastToBegin.accumulateAndGet(number, Math::min);
      throw e;
    }
  }

  private void handOnFirst() throws IOException {
    try {
      Waiting<T> first = waiting.remove();
      List<Verdict> verdicts = new ArrayList<>();
      for (Future<Verdict> each : first.verdicts()) {
        verdicts.add(verdict(each));
      }
      sink.accept(new Labelled<>(first.row(), verdicts));
    } catch (IOException | RuntimeException | Error e) {
      beginNoMore();
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

  /** Answers that are being judged are still judged to their end. */
  private void beginNoMore() {
    lastToBegin.set(-1);
    threads.shutdown();
  }

  /**
   * Ends all threads. Without a {@link #finish} before it, rows that were not handed on are lost;
   * answers that are being judged are waited for a few seconds, so that a cache has their labels
   * and may be closed next, and then interrupted.
   */
  @Override
  public void close() {
    beginNoMore();
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
