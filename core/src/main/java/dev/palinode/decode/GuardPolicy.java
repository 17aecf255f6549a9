package dev.palinode.decode;

import dev.palinode.decode.undo.UndoPolicy;
import dev.palinode.guard.Guard;
import dev.palinode.guard.Verdict;
import dev.palinode.token.TokenIds;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.commons.lang3.Validate;

/**
 * The guards of an answer, and the response when one of them finds it unsafe.
 *
 * <p>Tokens are reported once all guards have called the text up to them safe, whatever follows
 * ({@link Verdict#safePrefixLength}). Undecided text is never reported, and is withdrawn if a
 * request is cut off. A guard that throws, exceeds its time limit or cannot decide fails the
 * request.
 *
 * @param guards called in this order, at least one; the first verdict other than safe decides
 * @param everyTokens number of tokens generated between two checks, at least 1; the end of the
 *     answer is always checked
 * @param response to unsafe text
 * @param maxUndos the most undos by guards, at least 0; after that the answer is the refusal
 * @param refusal tokens of the answer when the undos are used up; may be empty
 * @param timeout of one check by all guards together
 */
public record GuardPolicy(
    List<Guard> guards,
    int everyTokens,
    Response response,
    int maxUndos,
    TokenIds refusal,
    Duration timeout) {
  /** The response to unsafe text. */
  public sealed interface Response {}

  /**
   * Forces the reset token, for models that were trained with it. The request's {@link UndoPolicy}
   * decides how much is withdrawn, but never less than the unsafe part, and what stays in context.
   */
  public record ForceReset() implements Response {}

  /**
   * Rewinds to the last safe point, as if the rest had never been generated, for any model: the end
   * of the text that the last check approved, or the beginning of the unsafe part if that comes
   * first. Under an unchanged prompt, the first token of the rejected text is excluded at this
   * place, as greedy decoding would write the same text again, unless no other token can be chosen.
   *
   * @param nudgedPrompt the prompt for the rest of the answer, usually the request's with a
   *     reminder to be safe; the visible text is read again after it. Empty: the same prompt
   */
  public record Rewind(Optional<TokenIds> nudgedPrompt) implements Response {
    public static Rewind nudged(int[] prompt) {
      return new Rewind(Optional.of(TokenIds.of(prompt)));
    }
  }

  public GuardPolicy {
    guards = List.copyOf(guards);
    boolean isNudgeEmpty =
        response instanceof Rewind rewind
            && rewind.nudgedPrompt().map(prompt -> prompt.size() == 0).orElse(false);
    Validate.isTrue(!guards.isEmpty(), "a guard policy without guards: give at least one");
    Validate.isTrue(
        everyTokens >= 1, "guards are asked every %s tokens: expected 1 or more", everyTokens);
    Validate.isTrue(maxUndos >= 0, "maxUndos is %s: expected 0 (refuse at once) or more", maxUndos);
    Validate.isTrue(
        !timeout.isNegative() && !timeout.isZero(),
        "a guard's time is %s: expected more than nothing",
        timeout);
    Validate.isTrue(!isNudgeEmpty, "the nudged prompt is empty: give at least one token");
  }
}
