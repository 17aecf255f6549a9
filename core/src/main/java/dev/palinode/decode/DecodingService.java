package dev.palinode.decode;

import dev.palinode.decode.GenerationEvent.Failed;
import dev.palinode.token.Tokenizer;
import java.util.Map;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests as they come, from any number of threads, on a thread of its own: all share one
 * batch, which they join and leave at every step (continuous batching).
 *
 * <p>At most {@code capacity} requests are under way or waiting; whoever brings another one waits
 * ({@link #submit}) or is turned away ({@link #offer}). So a queue never grows without bound, and a
 * server can tell its clients that it is busy.
 *
 * <p>Thread-safe.
 */
public final class DecodingService implements AutoCloseable {
  /** A request that was taken on. Thread-safe. */
  public final class Generation {
    private final long number;
    private final CompletableFuture<GenerationEvent> end;

    private Generation(long number, CompletableFuture<GenerationEvent> end) {
      this.number = number;
      this.end = end;
    }

    /** The number that its events carry. */
    public long request() {
      return number;
    }

    /**
     * Completes with the request's last event, never exceptionally: also where its listener threw,
     * with a {@link Failed}. What depends on it runs on the service's thread, unless it is asked to
     * run elsewhere.
     */
    public CompletableFuture<GenerationEvent> end() {
      return end.copy();
    }

    /** Gives the request up: it leaves the batch within one step. Does nothing if it has ended. */
    public void cancel() {
      @Nullable Unfinished own = unfinished.get(number);
      if (own != null) {
        loop.post(() -> loop.cancel(own.sequence));
      }
    }
  }

  private record Unfinished(ActiveSequence sequence, Consumer<GenerationEvent> listener) {}

  private final DecodingLoop loop;
  private final Thread thread;
  private final Semaphore places;
  private final AtomicLong numbers = new AtomicLong();
  private final Map<Long, Unfinished> unfinished = new ConcurrentHashMap<>();
  private volatile boolean closed; // takes nothing more
  private volatile boolean ended; // nothing happens on the thread any more
  private volatile @Nullable Throwable failure; // that ended it

  /**
   * Starts the thread.
   *
   * @param tokenizer the model's
   * @param capacity the most requests that are under way or waiting, at least 1
   */
  public DecodingService(CausalLm model, Tokenizer tokenizer, BatchLimits limits, int capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity is " + capacity + ": expected 1 or more");
    }
    loop = new DecodingLoop(model, Optional.of(tokenizer), limits);
    places = new Semaphore(capacity, true);
    thread = new Thread(this::run, "palinode-decoding");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Takes a request on, as soon as there is room.
   *
   * @param listener is told of its events in order, on the service's thread: it must be quick. One
   *     that throws ends its request, and no other
   * @throws IllegalStateException if the service is closed, or a listener calls and there is no
   *     room: it would wait for itself
   */
  public Generation submit(GenerationRequest request, Consumer<GenerationEvent> listener)
      throws InterruptedException {
    requireOpen();
    if (Thread.currentThread() != thread) {
      places.acquire();
    } else if (!places.tryAcquire()) {
      throw new IllegalStateException(
          "the decoding service is full, and a listener cannot wait for it: offer the request");
    }
    return start(request, listener);
  }

  /**
   * Takes a request on if there is room now, also before those who wait for it.
   *
   * @return empty if there is none
   * @throws IllegalStateException if the service is closed
   */
  public Optional<Generation> offer(GenerationRequest request, Consumer<GenerationEvent> listener) {
    requireOpen();
    return places.tryAcquire() ? Optional.of(start(request, listener)) : Optional.empty();
  }

  /**
   * Takes a request on as soon as there is room, and gives its events as they come. They are kept
   * until they are read: hardly more than the request may sample tokens.
   *
   * @return the events; closing the stream before its end gives the request up. A thread that is
   *     interrupted while it waits for one gets a {@link CancellationException}, and has to close
   *     the stream
   */
  public Stream<GenerationEvent> stream(GenerationRequest request) throws InterruptedException {
    QueuedEvents events = new QueuedEvents();
    Generation generation = submit(request, events);
    return StreamSupport.stream(
            Spliterators.spliteratorUnknownSize(events, Spliterator.ORDERED | Spliterator.NONNULL),
            false)
        .onClose(generation::cancel);
  }

  private Generation start(GenerationRequest request, Consumer<GenerationEvent> listener) {
    long number = numbers.getAndIncrement();
    CompletableFuture<GenerationEvent> end = new CompletableFuture<>();
    Consumer<GenerationEvent> told =
        event -> {
          try {
            listener.accept(event);
          } catch (RuntimeException | Error e) {
            finish(
                number,
                end,
                event.isLast()
                    ? event
                    : new Failed(number, new IllegalStateException("its listener failed", e)));
            throw e;
          }
          if (event.isLast()) {
            finish(number, end, event);
          }
        };
    ActiveSequence sequence;
    try {
      sequence = loop.sequence(number, request, told);
    } catch (RuntimeException | Error e) {
      places.release();
      throw e;
    }
    unfinished.put(number, new Unfinished(sequence, told));
    loop.post(() -> loop.submit(sequence));
    if (ended) {
      failIfUnfinished(number); // it may have come too late for the thread to see it
    }
    return new Generation(number, end);
  }

  private void finish(long number, CompletableFuture<GenerationEvent> end, GenerationEvent last) {
    if (unfinished.remove(number) != null) {
      places.release();
      end.complete(last);
    }
  }

  private void run() {
    try (loop) {
      while (!closed) {
        work();
      }
    } catch (RuntimeException | Error e) {
      failure = e;
    } finally {
      closed = true;
      ended = true;
      Thread.interrupted(); // by close(): no business of the listeners
      unfinished.keySet().forEach(this::failIfUnfinished);
    }
  }

  private void work() {
    try {
      if (loop.isIdle()) {
        loop.awaitMail();
      } else {
        loop.step();
      }
    } catch (InterruptedException | CancellationException e) {
      Thread.interrupted(); // by close(), or by a listener, which ends nothing
    }
  }

  private synchronized void failIfUnfinished(long number) {
    @Nullable Unfinished own = unfinished.get(number);
    if (own != null) {
      try {
        own.listener.accept(new Failed(number, closedException()));
      } catch (RuntimeException | Error e) {
        // A listener that throws ends its request, which it does anyway.
      }
    }
  }

  private void requireOpen() {
    if (closed) {
      throw closedException();
    }
  }

  private IllegalStateException closedException() {
    return failure == null
        ? new IllegalStateException("the decoding service is closed")
        : new IllegalStateException("the decoding service has failed: " + failure, failure);
  }

  /**
   * Fails what is under way, and waits until the thread has ended; a listener that calls this does
   * not wait.
   */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    boolean interrupted = false;
    while (thread.isAlive() && Thread.currentThread() != thread) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
