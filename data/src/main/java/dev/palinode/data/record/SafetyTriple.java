package dev.palinode.data.record;

import dev.palinode.chat.Message;
import java.util.List;

/**
 * A prompt with a safe and an unsafe answer: {@code (x, y+, y-)} of Zhang et al. (ICLR 2025).
 *
 * @param prompt the conversation up to the assistant's turn; at least one message, the last one not
 *     the assistant's
 * @param opening common beginning of both answers, which is not learned: part of the prompt in
 *     effect; usually empty
 * @param safe the answer to give, {@code y+}, after the opening; not blank
 * @param unsafe the answer to withdraw, {@code y-}, after the opening; not blank and not {@code
 *     safe}
 */
public record SafetyTriple(List<Message> prompt, String opening, String safe, String unsafe)
    implements SftExample {
  public SafetyTriple {
    prompt = Requirements.prompt(prompt);
    Requirements.answers("safe", safe, "unsafe", unsafe);
  }

  /** Two answers without an opening. */
  public SafetyTriple(List<Message> prompt, String safe, String unsafe) {
    this(prompt, "", safe, unsafe);
  }

  @Override
  public SafetyTriple withoutOpening() {
    return opening.isEmpty()
        ? this
        : new SafetyTriple(prompt, "", opening + safe, opening + unsafe);
  }

  @Override
  public String response() {
    return safe;
  }

  @Override
  public List<String> answers() {
    return List.of(opening + safe, opening + unsafe);
  }
}
