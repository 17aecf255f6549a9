package dev.palinode.data.record;

import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import java.util.List;

/**
 * A prompt with a preferred and a rejected answer.
 *
 * @param prompt the conversation up to the assistant's turn; at least one message, the last one not
 *     the assistant's
 * @param opening common beginning of both answers, as in a {@link SafetyTriple}; usually empty
 * @param chosen the preferred answer, after the opening; not blank
 * @param rejected the other one, after the opening; not blank and not {@code chosen}
 */
public record PreferencePair(List<Message> prompt, String opening, String chosen, String rejected)
    implements DataRecord {
  public PreferencePair {
    prompt = Requirements.prompt(prompt);
    Requirements.answers("chosen", chosen, "rejected", rejected);
  }

  /** Two answers without an opening. */
  public PreferencePair(List<Message> prompt, String chosen, String rejected) {
    this(prompt, "", chosen, rejected);
  }

  /**
   * This pair as a triple: {@code chosen} as {@code y+}, {@code rejected} as {@code y-}. A
   * preference is relative: the better of two harmful answers is still harmful. So this is correct
   * only for answers that a judge labelled (as in Zhang et al.), or written as safe and unsafe.
   */
  public SafetyTriple asSafetyTriple() {
    return new SafetyTriple(prompt, opening, chosen, rejected);
  }

  @Override
  public List<String> questions() {
    return Requirements.said(prompt, Role.USER);
  }

  @Override
  public List<String> answers() {
    return List.of(opening + chosen, opening + rejected);
  }
}
