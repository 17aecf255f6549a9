package dev.palinode.tensor.distributed;

import org.bytedeco.pytorch.Store;

/**
 * A signal with which process 0 lets the others continue when it is ready, however long that takes:
 * a counter for each, in a store that process 0 serves from a separate thread. The others poll
 * their counters; an answer shows that process 0 lives, however busy it is.
 */
final class RankZeroSignal {
  private static final long FIRST_PAUSE_MILLIS = 1;
  private static final long LONGEST_PAUSE_MILLIS = 500;

  private final Store store;
  private final Rendezvous place;
  private long taken; // turns that this process has had

  RankZeroSignal(Store store, Rendezvous place) {
    this.store = store;
    this.place = place;
  }

  void give(int rank) {
    store.add(counter(rank), 1);
  }

  /** Waits for the next turn of this process; throws if process 0 does not answer. */
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
    return RendezvousStore.within(
        place.timeout(), "Timed out", () -> store.add(counter(place.rank()), 0));
  }

  private static String counter(int rank) {
    return "palinode/turns/" + rank;
  }
}
