package dev.palinode.server.gateway;

import org.jspecify.annotations.Nullable;

/** Ends what an answer is waiting for, now or when it next waits. Thread-safe. */
final class Cancellation {
  private @Nullable Runnable abort;
  private boolean isCancelled;

  /** What ends the wait that begins; it replaces that of the last one. */
  void onCancel(Runnable action) {
    synchronized (this) {
      abort = action;
      if (!isCancelled) {
        return;
      }
    }
    action.run();
  }

  void cancel() {
    Runnable action;
    synchronized (this) {
      isCancelled = true;
      action = abort;
    }
    if (action != null) {
      action.run();
    }
  }

  synchronized boolean isCancelled() {
    return isCancelled;
  }
}
