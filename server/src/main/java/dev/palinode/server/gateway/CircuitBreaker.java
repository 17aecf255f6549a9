package dev.palinode.server.gateway;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Keeps requests from a server that fails: open after {@value #FAILURES} failures in a row, and
 * after a while half-open, when one request may try whether it works again. Thread-safe.
 */
final class CircuitBreaker {
  static final int FAILURES = 3;

  private final long pauseNanos;
  private final LongSupplier clock; // as System::nanoTime
  private int failures;
  private long openedAt;
  private boolean isTrying;

  CircuitBreaker(Duration pause, LongSupplier clock) {
    this.pauseNanos = pause.toNanos();
    this.clock = clock;
  }

  /** Whether a request may be sent now. */
  synchronized boolean allows() {
    return !isOpen() || (!isTrying && clock.getAsLong() - openedAt >= pauseNanos);
  }

  /**
   * A request is sent that is allowed; {@link #succeeded}, {@link #failed} or {@link #gaveUp}
   * follows.
   */
  synchronized void sends() {
    isTrying = isOpen();
  }

  synchronized void succeeded() {
    failures = 0;
    isTrying = false;
  }

  synchronized void failed() {
    failures++;
    isTrying = false;
    openedAt = clock.getAsLong();
  }

  /** The request ended without showing whether the server works: its client left. */
  synchronized void gaveUp() {
    isTrying = false;
  }

  synchronized boolean isOpen() {
    return failures >= FAILURES;
  }
}
