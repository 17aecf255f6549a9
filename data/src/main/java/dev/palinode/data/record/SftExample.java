package dev.palinode.data.record;

import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import java.util.List;

/**
 * One example of supervised fine-tuning: a prompt and the answer to give.
 *
 * <p>Plain SFT (the baseline) uses only this interface. Backtracking SFT also distinguishes the
 * kinds: a {@link SafetyTriple} has an unsafe answer to recover from, a {@link UtilityExample} has
 * none. So both methods train on the same list.
 */
public sealed interface SftExample extends DataRecord permits SafetyTriple, UtilityExample {
  /** The conversation up to the assistant's turn ({@code x}); never empty. */
  List<Message> prompt();

  /**
   * The answer that the model should give ({@code y+}, or {@code y} of utility data), after the
   * opening of a {@link SafetyTriple}.
   */
  String response();

  /** The same example with the opening, if any, moved into the answers. */
  SftExample withoutOpening();

  @Override
  default List<String> questions() {
    return Requirements.said(prompt(), Role.USER);
  }
}
