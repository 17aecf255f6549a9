package dev.palinode.decode;

import dev.palinode.decode.GenerationEvent.Failed;
import dev.palinode.decode.GenerationEvent.Finished;
import dev.palinode.token.Transcript;
import java.util.function.Consumer;

/**
 * A request as it was submitted, before anything is computed from it: a long queue costs no more
 * than its requests.
 *
 * @param id of its events, unique within a loop
 * @param clock that runs from the request's arrival
 */
record QueuedRequest(
    long id, GenerationRequest request, Consumer<GenerationEvent> listener, RequestClock clock) {

  /** A request that arrives now. */
  QueuedRequest(long id, GenerationRequest request, Consumer<GenerationEvent> listener) {
    this(id, request, listener, new RequestClock(request.timeLimit()));
  }

  /** Ends it with an error. */
  void fail(Throwable cause) {
    // An Error (a native library's lack of memory, say) ends a request, not the loop.
    RuntimeException failure =
        cause instanceof RuntimeException exception
            ? exception
            : new IllegalStateException("the request met an error: " + cause, cause);
    send(new Failed(id, failure));
  }

  /** Ends it before its turn has come. */
  void finish(FinishReason reason) {
    Usage nothing = clock.usage(request.prompt().size(), 0, 0, 0, 0, 0, 0);
    Transcript empty = new Transcript(request.undo().resetId());
    send(new Finished(id, empty, "", "", reason, "", nothing));
  }

  private void send(GenerationEvent last) {
    try {
      listener.accept(last);
    } catch (RuntimeException | Error e) {
      // A listener that throws ends its request, which has ended.
    }
  }
}
