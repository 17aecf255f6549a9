package dev.palinode.decode;

import dev.palinode.token.Tokenizer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Generates answers on the calling thread: for a list of requests in one batch, or for one request
 * as a stream. For requests from several threads use {@link DecodingService}.
 *
 * <p>Thread-safe if the model is: each call has a separate batch.
 */
public record Decoder(CausalLm model, Optional<Tokenizer> tokenizer, BatchLimits limits) {
  /**
   * A decoder without a tokenizer: events have no text, and requests that need it fail.
   *
   * @param maxRows the most contexts in a batch, at least 1
   */
  public Decoder(CausalLm model, int maxRows) {
    this(model, Optional.empty(), BatchLimits.rows(maxRows));
  }

  /** A decoder with the model's tokenizer: its events have text. */
  public Decoder(CausalLm model, Tokenizer tokenizer, BatchLimits limits) {
    this(model, Optional.of(tokenizer), limits);
  }

  /**
   * Answers all requests and reports events as they happen. Events of the list's request {@code i}
   * have the number {@code i}.
   *
   * <p>A request that cannot be answered (a prompt longer than the context, for example) fails
   * alone. An exception of the consumer ends the call.
   */
  public void generate(List<GenerationRequest> requests, Consumer<GenerationEvent> events) {
    Queue<GenerationEvent> happened = new ArrayDeque<>();
    try (DecodingLoop loop = new DecodingLoop(model, tokenizer, limits)) {
      for (int i = 0; i < requests.size(); i++) {
        loop.submit(new QueuedRequest(i, requests.get(i), happened::add));
      }
      while (!happened.isEmpty() || !loop.isIdle()) {
        if (happened.isEmpty()) {
          loop.step();
        } else {
          events.accept(happened.remove());
        }
      }
    }
  }

  /** Answers all requests, and returns the last event of each, in their order. */
  public List<GenerationEvent> generate(List<GenerationRequest> requests) {
    GenerationEvent[] ends = new GenerationEvent[requests.size()];
    generate(
        requests,
        event -> {
          if (event.isLast()) {
            ends[(int) event.request()] = event;
          }
        });
    return List.of(ends);
  }

  /**
   * Answers a request as a lazy stream of events. Reading to the end frees the memory; close the
   * stream to stop before the end.
   */
  public Stream<GenerationEvent> stream(GenerationRequest request) {
    DecodingLoop loop = new DecodingLoop(model, tokenizer, limits);
    Queue<GenerationEvent> happened = new ArrayDeque<>();
    loop.submit(new QueuedRequest(0, request, happened::add));
    return stream(() -> next(loop, happened)).onClose(loop::close);
  }

  /** A lazy stream of events in their order, up to the first time that the source has none. */
  static Stream<GenerationEvent> stream(Supplier<Optional<GenerationEvent>> source) {
    return StreamSupport.stream(
        new Spliterators.AbstractSpliterator<>(Long.MAX_VALUE, Spliterator.ORDERED) {
          @Override
          public boolean tryAdvance(Consumer<? super GenerationEvent> action) {
            Optional<GenerationEvent> next = source.get();
            next.ifPresent(action);
            return next.isPresent();
          }
        },
        false);
  }

  private static Optional<GenerationEvent> next(
      DecodingLoop loop, Queue<GenerationEvent> happened) {
    try {
      while (happened.isEmpty() && !loop.isIdle()) {
        loop.step();
      }
    } catch (RuntimeException | Error e) {
      loop.close();
      throw e;
    }
    if (loop.isIdle()) {
      loop.close();
    }
    return Optional.ofNullable(happened.poll());
  }
}
