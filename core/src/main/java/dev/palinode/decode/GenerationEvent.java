package dev.palinode.decode;

import dev.palinode.decode.undo.UndoCause;
import dev.palinode.token.Transcript;

/**
 * What happens while a request is being answered. For each request: any number of tokens and undos,
 * in order, then exactly one {@link Finished} or {@link Failed}.
 *
 * <p>A reader who appends the {@code text} of each token, drops the {@code text} of each undo from
 * the end, and appends the {@code rest} has {@link Finished#text}. The same holds of tokens.
 */
public sealed interface GenerationEvent {
  /** The request: its place in the list that was given, or the number that it was given. */
  long request();

  /**
   * A token is visible.
   *
   * @param id never a reset or stop token
   * @param text what has become certain by it: nothing where a character is still incomplete or a
   *     stop text may have begun, also earlier tokens' text where it had been held back
   * @param signals what the request asked for
   */
  record Token(long request, int id, String text, TokenLogProbs signals)
      implements GenerationEvent {}

  /**
   * Text was withdrawn.
   *
   * @param withdrawn number of reported tokens that are no longer visible: the last ones
   * @param text what they had added to the text
   * @param discarded number of tokens that are no longer visible, with those that were never
   *     reported
   * @param cause who withdrew it
   * @param reason for people: what a guard found; empty if the model did it
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
   * @param transcript all that was generated
   * @param text all visible text
   * @param rest its end that no token has brought
   * @param reason why it ended
   * @param detail for people: if the answer is the refusal, why, with the guard's last reason;
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

  /** The generation could not be done; nothing that was shown of it should be trusted. */
  record Failed(long request, RuntimeException cause) implements GenerationEvent {}

  /** Whether this is the request's last event. */
  default boolean isLast() {
    return this instanceof Finished || this instanceof Failed;
  }
}
