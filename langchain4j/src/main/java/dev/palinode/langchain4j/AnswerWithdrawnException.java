package dev.palinode.langchain4j;

import dev.langchain4j.exception.NonRetriableException;
import dev.palinode.decode.undo.UndoCause;

/**
 * Text was withdrawn that a handler has already got, and that it cannot remove. Everything that it
 * got of this answer is to be removed. The message does not contain the withdrawn text.
 */
public final class AnswerWithdrawnException extends NonRetriableException {
  private final UndoCause undoCause;

  AnswerWithdrawnException(UndoCause undoCause, int tokens, int holdBack) {
    super(
        tokens
            + " tokens were withdrawn after the handler had got them ("
            + undoCause
            + "): remove this answer. To avoid this, hold back more than "
            + holdBack
            + " tokens or the whole answer, or implement RetractionListener");
    this.undoCause = undoCause;
  }

  /** Who withdrew the text. */
  public UndoCause undoCause() {
    return undoCause;
  }
}
