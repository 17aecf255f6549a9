package dev.palinode.training;

/**
 * Asks a run to stop at the end of the step that it is in. A run can stop while it {@linkplain
 * #heed heeds} the request, that is, while it trains; before and after that it has nothing to save.
 * Thread-safe.
 */
public final class StopRequest {
  private boolean requested;
  private boolean heeded;

  /** While it is open, a run looks at the request after every step. */
  interface Heeding extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Asks the run to stop.
   *
   * @return whether a run will do so; if not, there is nothing to save, and the program may end at
   *     once
   */
  public synchronized boolean request() {
    requested = true;
    return heeded;
  }

  synchronized boolean isRequested() {
    return requested;
  }

  synchronized Heeding heed() {
    heeded = true;
    return this::ignore;
  }

  private synchronized void ignore() {
    heeded = false;
  }
}
