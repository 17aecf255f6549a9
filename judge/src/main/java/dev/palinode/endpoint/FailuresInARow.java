package dev.palinode.endpoint;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Tells failures of single requests from an endpoint that does not work: after {@value #MOST}
 * failures without a success between them, the requests are not the cause. Thread-safe.
 */
public final class FailuresInARow {
  /** This number of failures ends a run. */
  public static final int MOST = 20;

  private final AtomicInteger count = new AtomicInteger();

  /** Counts a request that succeeded. */
  public void end() {
    count.set(0);
  }

  /**
   * Counts a request that failed, or whose answer cannot be parsed.
   *
   * @param message the reason
   * @throws EndpointException if there were too many; a permanent one
   */
  public void add(String message) {
    int inARow = count.incrementAndGet();
    if (inARow >= MOST) {
      throw EndpointException.permanent(
          inARow + " requests in a row have failed, the last one: " + message, null);
    }
  }
}
