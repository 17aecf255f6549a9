package dev.palinode.decode;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A request's events from the thread that makes them to one that reads them, up to the last. */
final class QueuedEvents implements Consumer<GenerationEvent>, Iterator<GenerationEvent> {
  private final BlockingQueue<GenerationEvent> queue = new LinkedBlockingQueue<>();
  private @Nullable GenerationEvent next;
  private boolean ended;

  @Override
  public void accept(GenerationEvent event) {
    queue.add(event);
  }

  /**
   * Waits for the next event.
   *
   * @throws CancellationException if the thread is interrupted meanwhile
   */
  @Override
  public boolean hasNext() {
    if (next == null && !ended) {
      try {
        next = queue.take();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancellationException("interrupted while waiting for the next token");
      }
      ended = next.isLast();
    }
    return next != null;
  }

  @Override
  public GenerationEvent next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the generation has ended");
    }
    GenerationEvent event = Objects.requireNonNull(next);
    next = null;
    return event;
  }
}
