package dev.palinode.decode;

import dev.palinode.decode.GenerationEvent.Failed;
import dev.palinode.decode.GenerationEvent.Finished;
import dev.palinode.token.Transcript;
import java.util.function.Consumer;

/**
 * A submitted request that waits in the queue; it takes no memory but the request's.
 *
 * @param id the request number of its events, unique within a loop
 * @param clock runs from the request's arrival
 */
record QueuedRequest(
    long id, GenerationRequest request, Consumer<GenerationEvent> listener, RequestClock clock) {

  QueuedRequest(long id, GenerationRequest request, Consumer<GenerationEvent> listener) {
    this(id, request, listener, new RequestClock(request.timeLimit()));
  }

  void fail(Throwable cause) {
    // An Error (out of memory in a native library, for example) ends a request, not the loop.
    RuntimeException failure =
        cause instanceof RuntimeException exception
            ? exception
            : new IllegalStateException("the request met an error: " + cause, cause);
    send(new Failed(id, failure));
  }

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
