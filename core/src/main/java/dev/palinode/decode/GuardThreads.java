package dev.palinode.decode;

import dev.palinode.guard.Verdict;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.commons.lang3.concurrent.BasicThreadFactory;
import org.jspecify.annotations.Nullable;

/** Runs guards on other threads than the loop's, so that a slow one delays no other request. */
final class GuardThreads implements AutoCloseable {
  /** Receives either a verdict or a failure, on the guard's thread. */
  @FunctionalInterface
  interface Answered {
    void accept(@Nullable Verdict verdict, @Nullable Throwable failure);
  }

  /** Number of extra threads, for guards that ignore their interruption. */
  private static final int STUCK = 16;

  /** Longer than a large guard model on a CPU takes to react to an interrupt. */
  private static final int MOST_SECONDS_TO_END = 30;

  private final ThreadPoolExecutor threads;

  /** Starts no thread yet; {@code checks} is the most at a time. */
  GuardThreads(int checks) {
    threads =
        new ThreadPoolExecutor(
            0,
            (int) Math.min(Integer.MAX_VALUE, (long) checks + STUCK),
            10,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            BasicThreadFactory.builder().namingPattern("palinode-guard").daemon().build());
  }

  /**
   * Starts a check.
   *
   * @return the check, which can be cancelled
   * @throws java.util.concurrent.RejectedExecutionException if too many guards did not end in time
   */
  Future<?> ask(GuardSessions guards, String text, boolean complete, Answered answered) {
    return threads.submit(
        () -> {
          try {
            answered.accept(guards.check(text, complete), null);
          } catch (Throwable failure) { // whatever it is, the text must not be shown
            answered.accept(null, failure);
          }
        });
  }

  /**
   * Interrupts running checks and waits for their end, as a guard's model may be closed next; not
   * for ever, as a guard may ignore its interruption.
   */
  @Override
  public void close() {
    threads.shutdownNow();
    boolean interrupted = Thread.interrupted();
    try {
      threads.awaitTermination(MOST_SECONDS_TO_END, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
