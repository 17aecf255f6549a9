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
import org.apache.commons.lang3.Validate;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests from any number of threads on one background thread, with continuous batching:
 * requests join and leave the batch at every step.
 *
 * <p>At most {@code capacity} requests are running or queued; for another one, {@link #submit}
 * blocks and {@link #offer} refuses.
 *
 * <p>If the model breaks down, as after a GPU error, all requests fail with the cause, new ones are
 * refused, and {@link #failure} returns the reason. A listener may submit, cancel and close; a
 * request's place is free before its listener gets its last event. Thread-safe.
 */
public final class DecodingService implements AutoCloseable {
  /** An accepted request. Thread-safe. */
  public final class Generation {
    private final long number = numbers.getAndIncrement();
    private final CompletableFuture<GenerationEvent> end = new CompletableFuture<>();
    private final Consumer<GenerationEvent> listener;

    private Generation(Consumer<GenerationEvent> listener) {
      this.listener = listener;
    }

    /** The request number of its events. */
    public long request() {
      return number;
    }

    /**
     * Completes with the request's last event, never exceptionally: with a {@link Failed} if its
     * listener threw. Dependent stages run on the service's thread unless they are async.
     */
    public CompletableFuture<GenerationEvent> end() {
      return end.copy();
    }

    /** Cancels the request: it leaves the batch within one step. Does nothing if it has ended. */
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

    /** Releases its place; false if that was done before. */
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
          // A listener that throws ends its request, which is ending anyway.
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
  private volatile boolean ended; // the thread does no more work
  private volatile @Nullable Throwable failure; // the cause, if the service ended by itself

  /** Starts the thread; {@code capacity} is at least 1. */
  public DecodingService(CausalLm model, Tokenizer tokenizer, BatchLimits limits, int capacity) {
    Validate.isTrue(capacity >= 1, "capacity is %s: expected 1 or more", capacity);
    loop = new DecodingLoop(model, Optional.of(tokenizer), limits);
    places = new Semaphore(capacity, true);
    thread = new Thread(this::run, "palinode-decoding");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Accepts a request; waits until there is room.
   *
   * @param listener gets its events in order, on the service's thread: it must be quick. If it
   *     throws, only its request ends
   * @throws IllegalStateException if the service is closed or has {@linkplain #failure failed}, or
   *     if a listener calls this and there is no room: it would deadlock
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
   * Accepts a request if there is room now, also ahead of threads that wait in {@link #submit};
   * otherwise the result is empty.
   *
   * @throws IllegalStateException if the service is closed or has {@linkplain #failure failed}
   */
  public Optional<Generation> offer(GenerationRequest request, Consumer<GenerationEvent> listener) {
    requireOpen();
    return places.tryAcquire() ? Optional.of(start(request, listener)) : Optional.empty();
  }

  /** Whether there is room for a request now; another thread may take it. */
  public boolean hasRoom() {
    return places.availablePermits() > 0;
  }

  /**
   * Accepts a request as soon as there is room, and streams its events. Unread events are buffered:
   * hardly more than the request's {@code maxNewTokens}. Closing the stream before its end cancels
   * the request; a thread that is interrupted while waiting for an event gets a {@link
   * CancellationException}, and has to close it.
   */
  public Stream<GenerationEvent> stream(GenerationRequest request) throws InterruptedException {
    BlockingQueue<Optional<GenerationEvent>> events = new LinkedBlockingQueue<>();
    Generation generation =
        submit(
            request,
            event -> {
              events.add(Optional.of(event));
              if (event.isLast()) {
                events.add(Optional.empty());
              }
            });
    return Decoder.stream(() -> next(events)).onClose(generation::cancel);
  }

  private static Optional<GenerationEvent> next(BlockingQueue<Optional<GenerationEvent>> events) {
    try {
      return events.take();
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
      throw closedException(); // posted too late for the thread to see it
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

  /** From here on close() does not interrupt: the listeners of the last events may wait. */
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
      Thread.interrupted(); // by close(), or by a listener, which does not end the service
    }
  }

  /**
   * The cause if the service failed and accepts nothing more. Empty while it works, and after a
   * {@link #close} without failure.
   */
  public Optional<Throwable> failure() {
    return Optional.ofNullable(failure);
  }

  /** How busy it was after its last step. */
  public DecodingLoad load() {
    return loop.load();
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
   * Fails the unfinished requests and waits until the thread has ended; returns at once if a
   * listener calls it.
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
