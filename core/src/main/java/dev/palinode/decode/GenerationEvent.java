package dev.palinode.decode;

import dev.palinode.decode.undo.UndoCause;
import dev.palinode.token.Transcript;

/**
 * An event of a generation. Each request has any number of tokens and undos, in order, then exactly
 * one {@link Finished} or {@link Failed}.
 *
 * <p>Appending the {@code text} of each token, removing the {@code text} of each undo from the end,
 * and appending the {@code rest} gives {@link Finished#text}. The same holds for the tokens.
 */
public sealed interface GenerationEvent {
  /**
   * The request's index in the list of {@link Decoder}, or its number in {@link DecodingService}.
   */
  long request();

  /**
   * A token is visible.
   *
   * @param id never a reset or stop token
   * @param text the text that became final, also of earlier tokens: empty if a character is
   *     incomplete or a stop text may have begun
   * @param signals the log-probabilities that the request asked for
   */
  record Token(long request, int id, String text, TokenLogProbs signals)
      implements GenerationEvent {}

  /**
   * Text was withdrawn.
   *
   * @param withdrawn number of reported tokens that are no longer visible: the last ones
   * @param text their text
   * @param discarded number of tokens that are no longer visible, including those never reported
   * @param reason the guard's reason, for people; empty if a guard did not cause it
   * @param signals at the step in which the model sampled its reset token
   */
  record Undo(
      long request,
      int withdrawn,
      String text,
      int discarded,
      UndoCause cause,
      String reason,
      TokenLogProbs signals)
      implements GenerationEvent {}

  /**
   * The generation ended as it should.
   *
   * @param transcript all generated tokens
   * @param text all visible text
   * @param rest the end of the text that no token event contained
   * @param detail for people: why the answer is the refusal, with the guard's last reason;
   *     otherwise empty
   */
  record Finished(
      long request,
      Transcript transcript,
      String text,
      String rest,
      FinishReason reason,
      String detail,
      Usage usage)
      implements GenerationEvent {}

  /** The generation failed; text shown so far should not be trusted. */
  record Failed(long request, RuntimeException cause) implements GenerationEvent {}

  /** Whether this is the request's last event. */
  default boolean isLast() {
    return this instanceof Finished || this instanceof Failed;
  }
}
