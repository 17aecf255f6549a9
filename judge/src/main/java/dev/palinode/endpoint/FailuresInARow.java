package dev.palinode.endpoint;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Tells failures of single requests from an endpoint that does not work: {@value #MOST} of them,
 * and none between them that was answered, are not the requests' fault. Thread-safe.
 */
public final class FailuresInARow {
  /** This many end a run. */
  public static final int MOST = 20;

  private final AtomicInteger count = new AtomicInteger();

  /** A request was answered as it should be. */
  public void end() {
    count.set(0);
  }

  /**
   * A request has failed, or its answer cannot be read.
   *
   * @param message says why
   * @throws EndpointException if there were too many; a permanent one
   */
  public void add(String message) {
    int inARow = count.incrementAndGet();
    if (inARow >= MOST) {
      throw EndpointException.permanent(
          String.format(
              Locale.ROOT, "%d requests in a row have failed, the last one: %s", inARow, message),
          null);
    }
  }
}
