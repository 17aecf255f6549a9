package dev.palinode.langchain4j;

import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.chat.response.StreamingHandle;
import dev.palinode.decode.undo.UndoCause;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A handler that remembers what it got. */
class RecordingHandler implements StreamingChatResponseHandler {
  /** One that can take text back. */
  static final class Retracting extends RecordingHandler implements RetractionListener {
    final List<String> retracted = new ArrayList<>();

    @Override
    public void onRetraction(String text, UndoCause cause) {
      if (!shown.toString().endsWith(text)) {
        throw new AssertionError(shown + " does not end with " + text);
      }
      shown.setLength(shown.length() - text.length());
      retracted.add(text + " " + cause);
    }
  }

  final StringBuilder shown = new StringBuilder();
  final List<Throwable> errors = new ArrayList<>();
  final CompletableFuture<ChatResponse> response = new CompletableFuture<>();
  int completed;
  int late; // calls after the end

  /** What a handler does with the text besides; by default nothing. */
  void act(String text, StreamingHandle handle) {}

  /** The response, or an exception if the stream ended with an error. */
  ChatResponse await() throws Exception {
    return response.get(20, TimeUnit.SECONDS);
  }

  @Override
  public void onPartialResponse(PartialResponse partial, PartialResponseContext context) {
    late += response.isDone() ? 1 : 0;
    shown.append(partial.text());
    act(partial.text(), context.streamingHandle());
  }

  @Override
  public void onCompleteResponse(ChatResponse complete) {
    completed++;
    response.complete(complete);
  }

  @Override
  public void onError(Throwable error) {
    errors.add(error);
    response.completeExceptionally(error);
  }
}
