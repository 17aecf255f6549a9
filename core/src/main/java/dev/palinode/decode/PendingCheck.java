package dev.palinode.decode;

import java.time.Duration;
import java.util.concurrent.Future;

/**
 * A check by guards that is under way.
 *
 * @param task to be interrupted
 * @param since when it began, by {@link System#nanoTime}
 */
record PendingCheck(Future<?> task, Duration limit, long since) {
  /** Time left; negative when it is over. */
  Duration left() {
    return limit.minusNanos(System.nanoTime() - since);
  }
}
