package dev.palinode.decode;

import dev.palinode.decode.undo.UndoPolicy;
import dev.palinode.guard.Guard;
import dev.palinode.guard.Verdict;
import dev.palinode.token.TokenIds;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Guards that watch an answer while it is generated, and what happens when one of them objects.
 *
 * <p>Tokens of a guarded answer are reported once all guards have called the text up to them safe,
 * whatever follows ({@link Verdict#safePrefixLength}): what no guard has decided is never sent, and
 * is withdrawn if a request is cut off. A guard that throws, takes too long or cannot decide fails
 * the request.
 *
 * @param guards asked in this order, at least one; the first that does not pass decides
 * @param everyTokens how many tokens are generated between two checks, at least 1; the end of the
 *     answer is always checked
 * @param response what is done about unsafe text
 * @param maxUndos how often, at least 0; after that the answer is the refusal
 * @param refusal tokens of the answer where undoing did not help; may be none
 * @param timeout of one check, all guards together
 */
public record GuardPolicy(
    List<Guard> guards,
    int everyTokens,
    Response response,
    int maxUndos,
    TokenIds refusal,
    Duration timeout) {
  /** What is done about unsafe text. */
  public sealed interface Response {}

  /**
   * Puts the reset token into the model's mouth, for models that were trained to go on from there.
   * How much is withdrawn and what stays in context is as the request's {@link UndoPolicy} says,
   * but never less than the unsafe part.
   */
  public record ForceReset() implements Response {}

  /**
   * Goes back to the last safe point, as if the rest had never been, for any model. The safe point
   * is what the last check passed, or the beginning of the unsafe part if that comes before it.
   *
   * <p>Under an unchanged prompt, what follows begins with another token than the text that was
   * rejected: otherwise greedy decoding would write the same text again. The token stays excluded
   * at this place while the text before it is visible, and is chosen only where no other can be.
   *
   * @param nudgedPrompt the prompt under which the answer goes on, usually the request's with a
   *     reminder to be safe; the visible text is read again after it. Empty: the same prompt
   */
  public record Rewind(Optional<TokenIds> nudgedPrompt) implements Response {
    /** Rewinding under another prompt. */
    public static Rewind nudged(int[] prompt) {
      return new Rewind(Optional.of(TokenIds.of(prompt)));
    }
  }

  public GuardPolicy {
    guards = List.copyOf(guards);
    if (guards.isEmpty()) {
      throw new IllegalArgumentException("a guard policy without guards: give at least one");
    }
    if (everyTokens < 1) {
      throw new IllegalArgumentException(
          "guards are asked every " + everyTokens + " tokens: expected 1 or more");
    }
    if (maxUndos < 0) {
      throw new IllegalArgumentException(
          "maxUndos is " + maxUndos + ": expected 0 (refuse at once) or more");
    }
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException(
          "a guard's time is " + timeout + ": expected more than nothing");
    }
    if (response instanceof Rewind rewind
        && rewind.nudgedPrompt().map(prompt -> prompt.size() == 0).orElse(false)) {
      throw new IllegalArgumentException("the nudged prompt is empty: give at least one token");
    }
  }
}
