package dev.palinode.decode;

import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** A lazy stream of a request's events, up to the last one. */
final class EventStream extends Spliterators.AbstractSpliterator<GenerationEvent> {
  private final Supplier<Optional<GenerationEvent>> source;
  private boolean ended;

  private EventStream(Supplier<Optional<GenerationEvent>> source) {
    super(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL);
    this.source = source;
  }

  /**
   * A stream of the source's events.
   *
   * @param source returns the next event, or waits for it; empty if none follows
   */
  static Stream<GenerationEvent> of(Supplier<Optional<GenerationEvent>> source) {
    return StreamSupport.stream(new EventStream(source), false);
  }

  @Override
  public boolean tryAdvance(Consumer<? super GenerationEvent> action) {
    Optional<GenerationEvent> next = ended ? Optional.empty() : source.get();
    ended = next.map(GenerationEvent::isLast).orElse(true);
    next.ifPresent(action);
    return next.isPresent();
  }
}
