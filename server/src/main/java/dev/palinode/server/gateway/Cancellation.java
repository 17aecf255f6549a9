package dev.palinode.server.gateway;

/** Ends what an answer is waiting for, now or when it next waits. Thread-safe. */
final class Cancellation {
  private Runnable abort = () -> {};
  private boolean isCancelled;

  /**
   * Sets what ends the wait that begins.
   *
   * @return what ended the last one, to be set again after a wait within a wait
   */
  Runnable onCancel(Runnable action) {
    Runnable last;
    boolean isLate;
    synchronized (this) {
      last = abort;
      abort = action;
      isLate = isCancelled;
    }
    if (isLate) {
      action.run();
    }
    return last;
  }

  void cancel() {
    Runnable action;
    synchronized (this) {
      isCancelled = true;
      action = abort;
    }
    action.run();
  }

  synchronized boolean isCancelled() {
    return isCancelled;
  }
}
