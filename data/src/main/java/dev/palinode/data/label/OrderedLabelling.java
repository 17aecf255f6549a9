package dev.palinode.data.label;

import dev.palinode.data.RecordSink;
import dev.palinode.guard.Judge;
import dev.palinode.guard.Verdict;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Labels rows with a slow judge, many answers at once, and hands them on in the order in which they
 * came, whatever the order of the judge's answers.
 *
 * <pre>{@code
 * try (var labelling = new OrderedLabelling<>(judge, 16, answersOf, sink, progress)) {
 *   for (T row : rows) {
 *     labelling.accept(row);
 *   }
 *   labelling.finish();
 * }
 * }</pre>
 *
 * <p>At most {@value #ROWS_PER_REQUEST} times as many rows as requests are held; {@link #accept}
 * waits for the oldest when there are more. Sink and progress are called on the thread that calls
 * {@code accept} and {@link #finish}. A judge that throws ends the labelling: all rows before its
 * own have been handed on, no further answer is begun, and the exception is thrown as it is. So it
 * is with a sink that throws, and an interrupt. Answers that are being judged then are waited for
 * on closing, but after an interrupt: a {@link CachedJudge} keeps their labels, which may have been
 * paid for.
 *
 * <p>To be used by one thread.
 *
 * @param <T> the kind of row
 */
public final class OrderedLabelling<T> implements RecordSink<T>, AutoCloseable {
  /** So many rows wait for their turn while one that is slow is waited for. */
  public static final int ROWS_PER_REQUEST = 4;

  /** The most answers that are judged at once. */
  public static final int MAX_REQUESTS = 1024;

  private static final int PATIENCE_SECONDS = 10;

  /** Is told after each row that was handed on. */
  @FunctionalInterface
  public interface Progress {
    /**
     * @param rows handed on so far
     * @param undecided verdicts among theirs so far
     */
    void labelled(long rows, long undecided);
  }

  private record Waiting<T>(T row, List<Future<Verdict>> verdicts) {}

  private final Judge judge;
  private final Function<? super T, List<AnswerToJudge>> answers;
  private final RecordSink<? super Labelled<T>> sink;
  private final Progress progress;
  private final int mostRows;
  private final ExecutorService threads;
  private final Deque<Waiting<T>> waiting = new ArrayDeque<>();
  private volatile @Nullable RuntimeException failure; // after one, no answer is begun
  private long rows;
  private long undecided;

  /**
   * @param requests how many answers are judged at once; 1 to {@value #MAX_REQUESTS}
   * @param answers what of a row is judged: at least one answer
   * @param sink takes each row with its verdicts, in the order of the rows
   */
  public OrderedLabelling(
      Judge judge,
      int requests,
      Function<? super T, List<AnswerToJudge>> answers,
      RecordSink<? super Labelled<T>> sink,
      Progress progress) {
    if (requests < 1 || requests > MAX_REQUESTS) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "requests at once is %d: expected 1 to %d", requests, MAX_REQUESTS));
    }
    this.judge = judge;
    this.answers = answers;
    this.sink = sink;
    this.progress = progress;
    this.mostRows = ROWS_PER_REQUEST * requests;
    AtomicInteger number = new AtomicInteger();
    this.threads =
        Executors.newFixedThreadPool(
            requests,
            task -> {
              Thread thread = new Thread(task, "labelling-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
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
      verdicts.add(threads.submit(() -> verdictOn(each)));
    }
    waiting.add(new Waiting<>(row, verdicts));
    while (!waiting.isEmpty() && (waiting.size() > mostRows || isReady(waiting.element()))) {
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

  /** Runs on one of the threads. */
  private Verdict verdictOn(AnswerToJudge each) {
    RuntimeException earlier = failure;
    if (earlier != null) {
      throw earlier;
    }
    try {
      return judge.judge(each.prompt(), each.answer());
    } catch (RuntimeException e) {
      failure = e;
      throw e;
    }
  }

  /** Answers that are being judged are still judged to their end. */
  private void beginNoMore() {
    failure = failure == null ? new CancellationException("the labelling has ended") : failure;
    threads.shutdown();
  }

  private static boolean isReady(Waiting<?> first) {
    return first.verdicts().stream().allMatch(Future::isDone);
  }

  private void handOnFirst() throws IOException {
    boolean isDone = false;
    try {
      Waiting<T> first = waiting.remove();
      List<Verdict> verdicts = new ArrayList<>();
      for (Future<Verdict> each : first.verdicts()) {
        verdicts.add(verdict(each));
      }
      sink.accept(new Labelled<>(first.row(), verdicts));
      rows++;
      undecided += verdicts.stream().filter(v -> v.label() == Verdict.Label.UNDECIDED).count();
      progress.labelled(rows, undecided);
      isDone = true;
    } finally {
      if (!isDone) {
        beginNoMore();
      }
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
      if (e.getCause() instanceof RuntimeException problem) {
        throw problem;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException("a judge threw what it cannot", e.getCause());
    }
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
