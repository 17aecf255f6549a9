package dev.palinode.decode;

import dev.palinode.decode.GenerationEvent.Failed;
import java.util.function.Consumer;

/**
 * A request whose turn has not come: what was asked and who listens, and nothing computed from it,
 * so that a long queue costs no more than its requests.
 *
 * @param id of its events, unique within a loop
 * @param clock that runs from the request's arrival
 */
record QueuedRequest(
    long id, GenerationRequest request, Consumer<GenerationEvent> listener, SequenceClock clock) {

  /** A request that arrives now. */
  QueuedRequest(long id, GenerationRequest request, Consumer<GenerationEvent> listener) {
    this(id, request, listener, new SequenceClock(request.timeLimit()));
  }

  /** Ends it with an error. */
  void fail(RuntimeException cause) {
    try {
      listener.accept(new Failed(id, cause));
    } catch (RuntimeException | Error e) {
      // A listener that throws ends its request, which has ended.
    }
  }
}
