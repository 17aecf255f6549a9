package dev.palinode.langchain4j;

import dev.langchain4j.exception.LangChain4jException;
import dev.langchain4j.model.chat.ChatRequestOptions;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import java.util.List;
import java.util.Optional;
import org.apache.commons.lang3.Validate;

/**
 * A model in this process as LangChain4j's streaming chat model. Handlers get an answer a number of
 * tokens late, so that most of what the model withdraws was never shown. If an undo goes further
 * back, a handler that is a {@link RetractionListener} is told what to remove; for any other one
 * the stream ends with an {@link AnswerWithdrawnException}. A complete response is always the
 * visible text, and equals the partial responses less the retractions.
 *
 * <p>Each answer is delivered on a thread of its own, so that a slow handler delays no other, and a
 * handler may ask the model again and wait. If a handler throws, its {@code onError} gets the
 * exception, and the stream goes on. After {@link
 * dev.langchain4j.model.chat.response.StreamingHandle#cancel} nothing more is delivered, and the
 * request leaves the batch within one step. Finish reasons and token usage are as in {@link
 * PalinodeChatModel}. Thread-safe.
 */
public final class PalinodeStreamingChatModel implements StreamingChatModel {
  /** Holds back the whole answer until its end, if it can be withdrawn: nothing is ever undone. */
  public static final int WHOLE_ANSWER = Integer.MAX_VALUE;

  private final PalinodeModel model;
  private final int holdBack;

  /**
   * @param holdBack number of tokens that a stream is late, 0 or more, or {@link #WHOLE_ANSWER};
   *     {@link dev.palinode.decode.DelayCalibrator} finds one from recorded answers. Answers that
   *     cannot be withdrawn are not held back
   */
  public PalinodeStreamingChatModel(PalinodeModel model, int holdBack) {
    Validate.isTrue(holdBack >= 0, "holdBack is %s tokens: expected 0 or more", holdBack);
    this.model = model;
    this.holdBack = holdBack;
  }

  @Override
  public void chat(
      ChatRequest request, ChatRequestOptions options, StreamingChatResponseHandler handler) {
    new OneAnswer(retractions(handler)).chat(request, options, handler);
  }

  /**
   * {@inheritDoc}
   *
   * <p>Returns when the decoding service has accepted the request; waits while it is full.
   *
   * @throws dev.langchain4j.exception.UnsupportedFeatureException if the request has anything that
   *     this model does not support; the message names it
   * @throws dev.langchain4j.exception.InvalidRequestException if a parameter is out of its range,
   *     or the chat format refuses the conversation
   * @throws LangChain4jException if the thread is interrupted while it waits
   */
  @Override
  public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
    new OneAnswer(retractions(handler)).doChat(request, handler);
  }

  private static Optional<RetractionListener> retractions(StreamingChatResponseHandler handler) {
    return handler instanceof RetractionListener listener
        ? Optional.of(listener)
        : Optional.empty();
  }

  @Override
  public ChatRequestParameters defaultRequestParameters() {
    return model.defaults();
  }

  @Override
  public List<ChatModelListener> listeners() {
    return model.listeners();
  }

  /**
   * This model for one request. LangChain4j's {@code chat} wraps the handler for the model's
   * listeners, and {@code doChat} does not see what else the handler implements.
   */
  private final class OneAnswer implements StreamingChatModel {
    private final Optional<RetractionListener> retractions;

    OneAnswer(Optional<RetractionListener> retractions) {
      this.retractions = retractions;
    }

    @Override
    public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
      try {
        new AnswerDelivery(model, handler, retractions, holdBack).start(model.request(request));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new LangChain4jException("interrupted while the decoding service was full", e);
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
}
