package dev.palinode.data.record;

import dev.palinode.chat.Message;
import java.util.List;

/**
 * One example of supervised fine-tuning: a prompt and the answer to give.
 *
 * <p>This is all that plain SFT (the baseline) reads. Backtracking SFT asks further which kind it
 * has before it: a {@link SafetyTriple} also brings the unsafe answer from which to recover, a
 * {@link UtilityExample} has none. So both methods train on the same list.
 *
 * <p>Implementations are immutable.
 */
public sealed interface SftExample extends DataRecord permits SafetyTriple, UtilityExample {
  /** The conversation up to the assistant's turn ({@code x}); never empty. */
  List<Message> prompt();

  /**
   * The answer that the model should give ({@code y+}, or {@code y} of utility data), after the
   * opening of a {@link SafetyTriple}.
   */
  String response();

  /** The same example with answers from their beginning: an opening becomes part of them. */
  SftExample withoutOpening();
}
