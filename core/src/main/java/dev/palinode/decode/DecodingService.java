package dev.palinode.decode;

import dev.palinode.decode.GenerationEvent.Failed;
import dev.palinode.token.Tokenizer;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests as they come, from any number of threads, on a thread of its own: all share one
 * batch, which they join and leave at every step (continuous batching).
 *
 * <p>At most {@code capacity} requests are under way or waiting; whoever brings another one waits
 * ({@link #submit}) or is refused ({@link #offer}). So a queue never grows without bound, and a
 * server can tell its clients that it is busy.
 *
 * <p>If the model can compute nothing any more, as after an error of a GPU, all requests fail with
 * the cause, new ones are refused, and {@link #failure} gives the reason.
 *
 * <p>No listener is called under a lock: it may submit, cancel and close. A request's place is free
 * before its listener gets its last event.
 *
 * <p>Thread-safe.
 */
public final class DecodingService implements AutoCloseable {
  /** A request that was accepted, and holds a place until its end. Thread-safe. */
  public final class Generation {
    private final long number = numbers.getAndIncrement();
    private final CompletableFuture<GenerationEvent> end = new CompletableFuture<>();
    private final Consumer<GenerationEvent> listener;

    private Generation(Consumer<GenerationEvent> listener) {
      this.listener = listener;
    }

    /** The number that its events carry. */
    public long request() {
      return number;
    }

    /**
     * Completes with the request's last event, never exceptionally: with a {@link Failed} if its
     * listener threw. What depends on it runs on the service's thread, unless it is asked to run
     * elsewhere.
     */
    public CompletableFuture<GenerationEvent> end() {
      return end.copy();
    }

    /** Gives the request up: it leaves the batch within one step. Does nothing if it has ended. */
    public void cancel() {
      if (unfinished.contains(this)) {
        loop.post(() -> loop.cancel(number));
      }
    }

    private void accept(GenerationEvent event) {
      if (event.isLast()) {
        leave();
      }
      try {
        listener.accept(event);
      } catch (RuntimeException | Error e) {
        leave();
        Failed failed = new Failed(number, new IllegalStateException("its listener failed", e));
        end.complete(event.isLast() ? event : failed);
        throw e;
      }
      if (event.isLast()) {
        end.complete(event);
      }
    }

    /** Gives its place back; false if that was done before. */
    private boolean leave() {
      boolean left = unfinished.remove(this);
      if (left) {
        places.release();
      }
      return left;
    }

    private void failIfUnfinished() {
      if (leave()) {
        try {
          accept(new Failed(number, closedException()));
        } catch (RuntimeException | Error e) {
          // A listener that throws ends its request, which it does anyway.
        }
      }
    }
  }

  private final DecodingLoop loop;
  private final Thread thread;
  private final Semaphore places;
  private final AtomicLong numbers = new AtomicLong();
  private final Set<Generation> unfinished = ConcurrentHashMap.newKeySet();
  private volatile boolean closed; // accepts nothing more
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
   * Accepts a request, as soon as there is room.
   *
   * @param listener gets its events in order, on the service's thread: it must be quick. One that
   *     throws ends its request, and no other
   * @throws IllegalStateException if the service is closed or has {@linkplain #failure failed}, or
   *     a listener calls and there is no room: it would wait for itself
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
   * Accepts a request if there is room now, also before those who wait for it.
   *
   * @return empty if there is none
   * @throws IllegalStateException if the service is closed or has {@linkplain #failure failed}
   */
  public Optional<Generation> offer(GenerationRequest request, Consumer<GenerationEvent> listener) {
    requireOpen();
    return places.tryAcquire() ? Optional.of(start(request, listener)) : Optional.empty();
  }

  /**
   * Accepts a request as soon as there is room, and gives its events as they come. They are kept
   * until they are read: hardly more than the request may sample tokens.
   *
   * @return the events; closing the stream before its end gives the request up. A thread that is
   *     interrupted while it waits for one gets a {@link CancellationException}, and has to close
   *     the stream
   */
  public Stream<GenerationEvent> stream(GenerationRequest request) throws InterruptedException {
    BlockingQueue<GenerationEvent> events = new LinkedBlockingQueue<>();
    Generation generation = submit(request, events::add);
    return EventStream.of(() -> next(events)).onClose(generation::cancel);
  }

  private static Optional<GenerationEvent> next(BlockingQueue<GenerationEvent> events) {
    try {
      return Optional.of(events.take());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while waiting for the next token");
    }
  }

  private Generation start(GenerationRequest request, Consumer<GenerationEvent> listener) {
    Generation generation = new Generation(listener);
    unfinished.add(generation);
    try {
      QueuedRequest queued = new QueuedRequest(generation.number, request, generation::accept);
      loop.post(() -> loop.submit(queued));
    } catch (RuntimeException | Error e) {
      generation.leave();
      throw e;
    }
    if (ended && generation.leave()) {
      throw closedException(); // it came too late for the thread to see it
    }
    return generation;
  }

  private void run() {
    try (loop) {
      while (!closed) {
        work();
        loop.breakdown().ifPresent(this::fail);
      }
    } catch (RuntimeException | Error e) {
      fail(e);
    } finally {
      closed = true;
      endInterrupts();
      unfinished.forEach(Generation::failIfUnfinished);
    }
  }

  /** From here on close() interrupts nothing: the last events' listeners may wait. */
  private synchronized void endInterrupts() {
    ended = true;
    Thread.interrupted();
  }

  private synchronized void interrupt() {
    if (!ended) {
      thread.interrupt();
    }
  }

  private void fail(Throwable cause) {
    failure = failure == null ? cause : failure;
    closed = true;
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

  /**
   * Why the service ended by itself and accepts nothing more: the model can compute nothing any
   * more, or an error in the service. Empty while it works, and after a {@link #close} in good
   * health. For a server's health check.
   */
  public Optional<Throwable> failure() {
    return Optional.ofNullable(failure);
  }

  private void requireOpen() {
    if (closed) {
      throw closedException();
    }
  }

  private IllegalStateException closedException() {
    return failure == null
        ? new IllegalStateException("the decoding service is closed")
        : new IllegalStateException(
            "the decoding service has failed: "
                + Objects.requireNonNullElse(failure.getMessage(), failure.toString()),
            failure);
  }

  /**
   * Fails what is under way, and waits until the thread has ended; a listener that calls this does
   * not wait.
   */
  @Override
  public void close() {
    closed = true;
    interrupt();
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
