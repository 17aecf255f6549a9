package dev.palinode.decode;

import java.time.Duration;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** A check by guards that is under way. */
final class PendingCheck {
  private final Duration limit;
  private final long since = System.nanoTime();
  private @Nullable Future<?> asked;

  PendingCheck(Duration limit) {
    this.limit = limit;
  }

  void start(Future<?> asking) {
    asked = asking;
  }

  /** Time left; negative when it is over. */
  Duration left() {
    return limit.minusNanos(System.nanoTime() - since);
  }

  IllegalStateException timeout() {
    return new IllegalStateException("a guard took longer than " + limit.toMillis() + " ms");
  }

  /** Interrupts the guards; what they say now is not heard. */
  void cancel() {
    if (asked != null) {
      asked.cancel(true);
    }
  }
}
