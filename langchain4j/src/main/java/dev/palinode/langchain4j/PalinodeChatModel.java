package dev.palinode.langchain4j;

import dev.langchain4j.exception.LangChain4jException;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.palinode.decode.DecodingService.Generation;
import dev.palinode.decode.GenerationEvent;
import dev.palinode.decode.GenerationEvent.Failed;
import dev.palinode.decode.GenerationEvent.Finished;
import java.util.List;
import java.util.concurrent.ExecutionException;

/**
 * A model in this process as LangChain4j's chat model. An answer is its visible text, without
 * anything that was withdrawn. Requests of several threads are answered in one batch; calls wait
 * while the decoding service is full. A refused answer has the finish reason {@code
 * CONTENT_FILTER}, one that reached its time limit {@code OTHER}; output tokens are all that were
 * sampled. Thread-safe.
 */
public final class PalinodeChatModel implements ChatModel {
  private final PalinodeModel model;

  public PalinodeChatModel(PalinodeModel model) {
    this.model = model;
  }

  /**
   * {@inheritDoc}
   *
   * @throws dev.langchain4j.exception.UnsupportedFeatureException if the request has anything that
   *     this model does not support; the message names it
   * @throws dev.langchain4j.exception.InvalidRequestException if a parameter is out of its range,
   *     or the conversation is too long or refused by the chat format
   * @throws LangChain4jException if the thread is interrupted: the request is cancelled
   */
  @Override
  public ChatResponse doChat(ChatRequest request) {
    try {
      GenerationEvent end = end(model.service().submit(model.request(request), event -> {}));
      if (end instanceof Failed failed) {
        throw model.failure(failed);
      }
      return model.response((Finished) end);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LangChain4jException("interrupted while waiting for the answer", e);
    }
  }

  private static GenerationEvent end(Generation generation) throws InterruptedException {
    try {
      return generation.end().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("an end never fails", e);
    } finally {
      generation.cancel(); // does nothing if it has ended
    }
  }

  @Override
  public ChatRequestParameters defaultRequestParameters() {
    return model.defaults();
  }

  @Override
  public List<ChatModelListener> listeners() {
    return model.listeners();
  }
}
