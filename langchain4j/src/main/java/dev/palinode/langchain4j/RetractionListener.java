package dev.palinode.langchain4j;

import dev.palinode.decode.undo.UndoCause;

/**
 * Can remove text that was shown. A {@link
 * dev.langchain4j.model.chat.response.StreamingChatResponseHandler} that also implements it gets
 * what a {@link PalinodeStreamingChatModel} withdraws; the streams of other handlers end with an
 * error instead. AI services wrap their handlers, so that none of theirs is a listener.
 */
@FunctionalInterface
public interface RetractionListener {
  /**
   * Text that the handler has got was withdrawn: all partial responses so far, less what was
   * withdrawn before, end with it. Called in the same order and on the same thread as the handler.
   * If this throws, the stream ends with the exception.
   *
   * @param text not empty
   * @param cause who withdrew it
   */
  void onRetraction(String text, UndoCause cause);
}
