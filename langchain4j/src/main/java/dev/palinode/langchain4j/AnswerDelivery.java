package dev.palinode.langchain4j;

import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.chat.response.StreamingHandle;
import dev.palinode.decode.DecodingService.Generation;
import dev.palinode.decode.DelayedEventStream;
import dev.palinode.decode.GenerationEvent;
import dev.palinode.decode.GenerationEvent.Failed;
import dev.palinode.decode.GenerationEvent.Finished;
import dev.palinode.decode.GenerationEvent.Token;
import dev.palinode.decode.GenerationEvent.Undo;
import dev.palinode.decode.GenerationRequest;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Delivers one answer to its handler, on a thread of its own: the decoding service's thread must
 * not wait, and LangChain4j's guardrails ask the model again from within a handler.
 */
final class AnswerDelivery {
  private final PalinodeModel model;
  private final StreamingChatResponseHandler handler;
  private final Optional<RetractionListener> retractions;
  private final int holdBack;
  private final BlockingQueue<GenerationEvent> events = new LinkedBlockingQueue<>();
  private volatile boolean ended; // cancelled, or has failed: nothing more is delivered

  AnswerDelivery(
      PalinodeModel model,
      StreamingChatResponseHandler handler,
      Optional<RetractionListener> retractions,
      int holdBack) {
    this.model = model;
    this.handler = handler;
    this.retractions = retractions;
    this.holdBack = holdBack;
  }

  /** Waits until the request is accepted, and starts the thread. */
  void start(GenerationRequest request) throws InterruptedException {
    Generation generation = model.service().submit(request, events::add);
    PartialResponseContext context = new PartialResponseContext(new Handle(generation));
    DelayedEventStream shown =
        new DelayedEventStream(
            request.canWithdraw() ? holdBack : 0, event -> deliver(event, context));
    Thread thread =
        new Thread(() -> run(generation, shown), "palinode-answer-" + generation.request());
    thread.setDaemon(true);
    thread.start();
  }

  private void run(Generation generation, DelayedEventStream shown) {
    try {
      boolean isLast = false;
      while (!isLast && !ended) {
        GenerationEvent event = events.take();
        isLast = event.isLast();
        shown.accept(event);
      }
    } catch (InterruptedException e) { // only handlers know this thread
      fail(e);
    } finally {
      generation.cancel(); // does nothing if it has ended
    }
  }

  private void deliver(GenerationEvent event, PartialResponseContext context) {
    if (ended) {
      return;
    }
    if (event instanceof Token token) {
      partial(token.text(), context);
    } else if (event instanceof Undo undo) {
      withdraw(undo);
    } else if (event instanceof Failed failed) {
      fail(model.failure(failed));
    } else if (event instanceof Finished finished) {
      partial(finished.rest(), context);
      complete(finished);
    }
  }

  private void partial(String text, PartialResponseContext context) {
    if (!text.isEmpty()) {
      call(() -> handler.onPartialResponse(new PartialResponse(text), context));
    }
  }

  private void withdraw(Undo undo) {
    if (undo.text().isEmpty()) {
      return; // nothing that the handler has got
    }
    if (retractions.isEmpty()) {
      fail(new AnswerWithdrawnException(undo.cause(), undo.withdrawn(), holdBack));
      return;
    }
    try {
      retractions.get().onRetraction(undo.text(), undo.cause());
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  private void complete(Finished finished) {
    if (!ended) {
      call(() -> handler.onCompleteResponse(model.response(finished)));
    }
  }

  /** An exception of a handler is reported to it, and does not end the stream. */
  private void call(Runnable callback) {
    try {
      callback.run();
    } catch (RuntimeException e) {
      report(e);
    }
  }

  private void fail(Exception cause) {
    ended = true;
    report(cause);
  }

  private void report(Exception error) {
    try {
      handler.onError(error);
    } catch (RuntimeException ignored) {
      // Nobody is left to tell.
    }
  }

  private final class Handle implements StreamingHandle {
    private final Generation generation;
    private volatile boolean cancelled;

    Handle(Generation generation) {
      this.generation = generation;
    }

    @Override
    public void cancel() {
      cancelled = true;
      ended = true;
      generation.cancel();
    }

    @Override
    public boolean isCancelled() {
      return cancelled;
    }
  }
}
