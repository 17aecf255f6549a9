package dev.palinode.decode;

import dev.palinode.token.Tokenizer;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Queue;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests on the calling thread: a list of them together, or one as a stream. For requests
 * that come one by one from several threads there is the {@link DecodingService}.
 *
 * <p>Thread-safe as far as the model is: each call works on a batch of its own.
 */
public final class Decoder {
  private final CausalLm model;
  private final Optional<Tokenizer> tokenizer;
  private final BatchLimits limits;

  /**
   * A decoder that knows token ids only: events have no text, and requests that need it fail.
   *
   * @param maxRows the most contexts computed together, at least 1
   */
  public Decoder(CausalLm model, int maxRows) {
    this(model, Optional.empty(), BatchLimits.rows(maxRows));
  }

  /**
   * A decoder whose events have text.
   *
   * @param tokenizer the model's
   */
  public Decoder(CausalLm model, Tokenizer tokenizer, BatchLimits limits) {
    this(model, Optional.of(tokenizer), limits);
  }

  private Decoder(CausalLm model, Optional<Tokenizer> tokenizer, BatchLimits limits) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.limits = limits;
  }

  /**
   * Answers all requests and reports what happens as it happens. The events of request {@code i} of
   * the list have the number {@code i}.
   *
   * <p>A request that cannot be answered (a prompt longer than the context, say) fails alone. What
   * the consumer throws ends the call.
   */
  public void generate(List<GenerationRequest> requests, Consumer<GenerationEvent> events) {
    Relay relay = new Relay(events);
    try (DecodingLoop loop = new DecodingLoop(model, tokenizer, limits)) {
      for (int i = 0; i < requests.size(); i++) {
        loop.submit(new QueuedRequest(i, requests.get(i), relay));
      }
      while (!loop.isIdle()) {
        loop.step();
        relay.rethrow();
      }
    }
  }

  /**
   * Answers all requests.
   *
   * @return how each one ended, in the order of the requests
   */
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
   * Answers a request as the stream is read: its elements are computed when they are asked for.
   *
   * @return the request's events; closing the stream gives the rest up and frees its memory, as
   *     reading it to its end does; whoever stops before its end has to close it
   */
  public Stream<GenerationEvent> stream(GenerationRequest request) {
    DecodingLoop loop = new DecodingLoop(model, tokenizer, limits);
    Queue<GenerationEvent> events = new ArrayDeque<>();
    loop.submit(new QueuedRequest(0, request, events::add));
    Iterator<GenerationEvent> iterator =
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            try {
              while (events.isEmpty() && !loop.isIdle()) {
                loop.step();
              }
            } catch (RuntimeException | Error e) {
              loop.close();
              throw e;
            }
            if (events.isEmpty()) {
              loop.close();
              return false;
            }
            return true;
          }

          @Override
          public GenerationEvent next() {
            if (!hasNext()) {
              throw new NoSuchElementException("the generation has ended");
            }
            return events.remove();
          }
        };
    return StreamSupport.stream(
            Spliterators.spliteratorUnknownSize(
                iterator, Spliterator.ORDERED | Spliterator.NONNULL),
            false)
        .onClose(loop::close);
  }

  /** Passes events on, and keeps what the consumer throws for the caller. */
  private static final class Relay implements Consumer<GenerationEvent> {
    private final Consumer<GenerationEvent> consumer;
    private @Nullable Throwable thrown;

    Relay(Consumer<GenerationEvent> consumer) {
      this.consumer = consumer;
    }

    @Override
    public void accept(GenerationEvent event) {
      rethrow(); // to who has thrown nothing more is told
      try {
        consumer.accept(event);
      } catch (RuntimeException | Error e) {
        thrown = e;
        throw e;
      }
    }

    void rethrow() {
      if (thrown instanceof Error error) {
        throw error;
      }
      if (thrown instanceof RuntimeException exception) {
        throw exception;
      }
    }
  }
}
