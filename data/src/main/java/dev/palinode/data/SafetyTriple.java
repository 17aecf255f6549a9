package dev.palinode.data;

import dev.palinode.chat.Message;
import java.util.List;

/**
 * A prompt with a safe and an unsafe answer: {@code (x, y+, y-)} of METHODS 1.
 *
 * @param prompt the conversation up to the assistant's turn; at least one message, the last one not
 *     the assistant's
 * @param safe the answer to give, {@code y+}; not blank
 * @param unsafe the answer to withdraw, {@code y-}; not blank and not {@code safe}
 */
public record SafetyTriple(List<Message> prompt, String safe, String unsafe) implements SftExample {
  /**
   * @throws IllegalArgumentException if a component breaks the rules above; the message says which
   */
  public SafetyTriple {
    prompt = Requirements.prompt(prompt);
    Requirements.answer("safe", safe);
    Requirements.answer("unsafe", unsafe);
    Requirements.different("safe", safe, "unsafe", unsafe);
  }

  @Override
  public String response() {
    return safe;
  }
}
