package dev.palinode.decode;

import dev.palinode.guard.Verdict;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Where guards are asked: beside the loop, so that a slow one holds up nobody else. */
final class GuardThreads implements AutoCloseable {
  /** Receives one of both, on the guard's thread. */
  @FunctionalInterface
  interface Answered {
    void accept(@Nullable Verdict verdict, @Nullable Throwable failure);
  }

  private @Nullable ExecutorService threads; // once there is something to do

  /** Asks; the future is there to be cancelled. */
  Future<?> ask(GuardPolicy policy, String text, boolean complete, Answered answered) {
    if (threads == null) {
      threads =
          Executors.newCachedThreadPool(
              task -> {
                Thread thread = new Thread(task, "palinode-guard");
                thread.setDaemon(true);
                return thread;
              });
    }
    return threads.submit(
        () -> {
          try {
            answered.accept(policy.check(text, complete), null);
          } catch (Throwable failure) { // whatever it is, the text must not go through
            answered.accept(null, failure);
          }
        });
  }

  /** Interrupts what still runs. */
  @Override
  public void close() {
    if (threads != null) {
      threads.shutdownNow();
    }
  }
}
