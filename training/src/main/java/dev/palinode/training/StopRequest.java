package dev.palinode.training;

/**
 * A request to stop a run at the end of its current step. A run {@linkplain #heed heeds} it while
 * it trains; before and after that there is nothing to save. Thread-safe.
 */
public final class StopRequest {
  private boolean requested;
  private boolean heeded;

  /** Asks the run to stop; false if none runs, so that there is nothing to save. */
  public synchronized boolean request() {
    requested = true;
    return heeded;
  }

  synchronized boolean isRequested() {
    return requested;
  }

  /** Sets whether a run checks the request after every step. */
  synchronized void heed(boolean checked) {
    heeded = checked;
  }
}
