package dev.palinode.tensor.distributed;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.bytedeco.pytorch.Store;

/**
 * A signal with which process 0 lets the others continue when it is ready, however long that takes:
 * a counter for each, in a store that process 0 serves from a separate thread. The others poll
 * their counters; an answer shows that process 0 lives, however busy it is.
 */
final class RankZeroSignal implements AutoCloseable {
  private static final long FIRST_PAUSE_MILLIS = 1;
  private static final long LONGEST_PAUSE_MILLIS = 500;

  private final Store store;
  private final Rendezvous place;

  /** Runs the polls: a frozen process does not answer, and a native call cannot be interrupted. */
  private final ExecutorService asking =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "turns");
            thread.setDaemon(true);
            return thread;
          });

  private long taken; // turns that this process has had

  RankZeroSignal(Store store, Rendezvous place) {
    this.store = store;
    this.place = place;
  }

  void give(int rank) {
    store.add(counter(rank), 1);
  }

  /**
   * Waits for the next turn of this process.
   *
   * @throws RuntimeException if process 0 does not answer
   */
  void await() {
    long pause = FIRST_PAUSE_MILLIS;
    try {
      while (given() <= taken) {
        Thread.sleep(pause);
        pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
    taken++;
  }

  private long given() throws InterruptedException {
    try {
      return asking
          .submit(() -> store.add(counter(place.rank()), 0))
          .get(place.timeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IllegalStateException(cause.getMessage(), cause);
    } catch (TimeoutException e) {
      throw new IllegalStateException("Timed out", e);
    }
  }

  private static String counter(int rank) {
    return "palinode/turns/" + rank;
  }

  @Override
  public void close() {
    asking.shutdown();
  }
}
