package dev.palinode.tensor.distributed;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.SizeTPointer;
import org.bytedeco.pytorch.Store;
import org.bytedeco.pytorch.TCPStore;
import org.bytedeco.pytorch.TCPStoreOptions;

/** The store of a rendezvous: process 0 serves it, the others connect to it. */
final class RendezvousStore {
  /** How long a process waits before it reports that it is waiting. */
  private static final Duration QUIET = Duration.ofSeconds(3);

  private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(100);

  private RendezvousStore() {}

  /**
   * Connects to the other processes; throws if not all connect within the timeout.
   *
   * @param say gets a line of text if this takes more than a few seconds
   * @return retained; the caller closes it
   */
  static Store open(Rendezvous place, Consumer<String> say) {
    CompletableFuture<Void> note =
        CompletableFuture.runAsync(
            () -> say.accept(waiting(place)),
            CompletableFuture.delayedExecutor(QUIET.toMillis(), TimeUnit.MILLISECONDS));
    try {
      if (place.rank() > 0) {
        awaitListener(place);
      }
      // Another program at that port may never answer. The native timeout, if any, comes first: its
      // message says more.
      return within(
          place.timeout().plus(QUIET),
          "whoever listens there does not answer",
          () -> {
            Store store = new TCPStore(place.address(), options(place));
            store.retainReference();
            return store;
          });
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } finally {
      note.cancel(false);
    }
  }

  private static String waiting(Rendezvous place) {
    return String.format(
        Locale.ROOT,
        "%s is waiting for %s at %s:%d, for up to %d s (%s)",
        place.label(),
        place.rank() == 0 ? "the others" : "process 0",
        place.address(),
        place.port(),
        Math.max(1, place.timeout().toSeconds()),
        Rendezvous.TIMEOUT_VARIABLE);
  }

  /** Waits a limited time for a native call, which runs on and cannot be interrupted. */
  static <T> T within(Duration limit, String late, Callable<T> call) throws InterruptedException {
    FutureTask<T> task = new FutureTask<>(call);
    Thread thread = new Thread(task, "rendezvous");
    thread.setDaemon(true);
    thread.start();
    try {
      return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IllegalStateException(cause.getMessage(), cause);
    } catch (TimeoutException e) {
      throw new IllegalStateException(late, e);
    }
  }

  /** Libtorch's own attempts to connect outlast the timeout and print stack traces. */
  private static void awaitListener(Rendezvous place) throws InterruptedException {
    long start = System.nanoTime();
    InetSocketAddress master = new InetSocketAddress(place.address(), place.port());
    while (true) {
      long left = place.timeout().toMillis() - (System.nanoTime() - start) / 1_000_000;
      try (Socket socket = new Socket()) {
        long limit = Math.max(BETWEEN_ATTEMPTS.toMillis(), left);
        socket.connect(master, (int) Math.min(Integer.MAX_VALUE, limit));
        return;
      } catch (IOException e) {
        if (left <= 0) {
          String reason = Objects.requireNonNullElse(e.getMessage(), "no answer");
          throw new IllegalStateException("nobody listens there (" + reason + ")", e);
        }
      }
      Thread.sleep(BETWEEN_ATTEMPTS.toMillis());
    }
  }

  private static TCPStoreOptions options(Rendezvous place) {
    TCPStoreOptions options = new TCPStoreOptions();
    options.port((short) place.port()); // unsigned in C++
    options.isServer(place.rank() == 0);
    options.numWorkers(new SizeTPointer(1).put(place.size()));
    options.waitWorkers(true);
    new LongPointer(options.timeout()).put(place.timeout().toMillis()); // as ProcessGroup does
    return options;
  }
}
