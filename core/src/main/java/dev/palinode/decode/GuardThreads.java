package dev.palinode.decode;

import dev.palinode.guard.Verdict;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Where guards are asked: beside the loop, so that a slow one holds up nobody else. */
final class GuardThreads implements AutoCloseable {
  /** Receives one of both, on the guard's thread. */
  @FunctionalInterface
  interface Answered {
    void accept(@Nullable Verdict verdict, @Nullable Throwable failure);
  }

  /** Guards that ignore their interruption keep a thread; so many are borne with. */
  private static final int STUCK = 16;

  /** More than a large guard model on a CPU takes between two looks at its interruption. */
  private static final int MOST_SECONDS_TO_END = 30;

  private final int most;
  private @Nullable ExecutorService threads; // once there is something to do

  /**
   * @param checks the most that are under way at a time
   */
  GuardThreads(int checks) {
    this.most = checks + STUCK;
  }

  /**
   * Asks; the future is there to be cancelled.
   *
   * @throws java.util.concurrent.RejectedExecutionException if too many guards did not end in time
   */
  Future<?> ask(GuardSessions asked, String text, boolean complete, Answered answered) {
    if (threads == null) {
      threads =
          new ThreadPoolExecutor(
              0,
              most,
              10,
              TimeUnit.SECONDS,
              new SynchronousQueue<>(),
              task -> {
                Thread thread = new Thread(task, "palinode-guard");
                thread.setDaemon(true);
                return thread;
              });
    }
    return threads.submit(
        () -> {
          try {
            answered.accept(asked.check(text, complete), null);
          } catch (Throwable failure) { // whatever it is, the text must not go through
            answered.accept(null, failure);
          }
        });
  }

  /**
   * Interrupts what still runs and waits for its end: whoever closes a guard's model next must not
   * close it under a guard that is reading. Not for ever, as a guard may ignore its interruption.
   */
  @Override
  public void close() {
    if (threads == null) {
      return;
    }
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
