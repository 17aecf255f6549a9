package dev.palinode.server.engine;

import dev.palinode.decode.FinishReason;
import dev.palinode.decode.Usage;
import dev.palinode.decode.undo.UndoCause;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.commons.lang3.Validate;

/**
 * A part of an answer: at most one {@link Echo}, any number of {@link Piece}s and {@link
 * Retraction}s, then exactly one {@link End} or {@link Failed}.
 *
 * <p>Appending the text of each piece, removing that of each retraction from the end, and appending
 * the rest gives the visible text. The same holds for the pieces themselves.
 */
public sealed interface AnswerPart {
  /**
   * The prompt of a completion that asked for it.
   *
   * @param text of the prompt
   * @param tokens with log-probabilities, except the first; empty if the request asked for none
   */
  record Echo(String text, List<Scored> tokens) implements AnswerPart {
    public Echo {
      tokens = List.copyOf(tokens);
    }
  }

  /**
   * A visible token, or several if their borders are unknown.
   *
   * @param text that became final with it; may be empty
   * @param scored its log-probabilities, if the request asked for them
   * @param resetProbability P(reset) before it, if the request asked for it
   */
  record Piece(String text, Optional<Scored> scored, OptionalDouble resetProbability)
      implements AnswerPart {}

  /**
   * Visible text was withdrawn.
   *
   * @param pieces how many pieces: the last ones
   * @param text their text
   * @param cause reset or guard; unchecked text was never a piece
   * @param reason the guard's, for people; otherwise empty
   * @param resetProbability P(reset) where the model sampled the reset token, if asked for
   */
  record Retraction(
      int pieces, String text, UndoCause cause, String reason, OptionalDouble resetProbability)
      implements AnswerPart {}

  /**
   * The answer is complete.
   *
   * @param rest end of the visible text that no piece contained
   * @param finish not {@link FinishReason#CANCELLED}: then the answer is not complete
   * @param detail why it was refused, for people; otherwise empty
   * @param usage where the engine does not know a number, 0
   */
  record End(String rest, FinishReason finish, String detail, Usage usage) implements AnswerPart {
    public End {
      Validate.isTrue(finish != FinishReason.CANCELLED, "a cancelled answer is not complete");
    }
  }

  /** The request failed; what was shown should not be trusted. */
  record Failed(EngineException cause) implements AnswerPart {}

  /**
   * A token and its log-probabilities.
   *
   * @param text of the token alone; U+FFFD where it is part of a character
   * @param logprob natural logarithm of its probability; empty for the first token of a prompt
   * @param top the likeliest tokens at its place, most likely first
   */
  record Scored(String text, OptionalDouble logprob, List<Alternative> top) {
    public Scored {
      top = List.copyOf(top);
    }
  }

  /** One of the likeliest tokens, and the natural logarithm of its probability. */
  record Alternative(String text, double logprob) {}

  /** Whether it is the last part. */
  default boolean isLast() {
    return this instanceof End || this instanceof Failed;
  }
}
