package dev.palinode.decode;

import java.time.Duration;
import java.util.concurrent.Future;

/**
 * A running check by guards.
 *
 * @param task to be interrupted
 * @param since start time, by {@link System#nanoTime}
 */
record PendingCheck(Future<?> task, Duration limit, long since) {
  /** Time left; negative when it is over. */
  Duration left() {
    return limit.minusNanos(System.nanoTime() - since);
  }
}
