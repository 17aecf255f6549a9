package dev.palinode.data.record;

import dev.palinode.chat.Message;
import java.util.List;

/**
 * An ordinary prompt and its answer: the utility data {@code (x, y)} of Zhang et al., which keeps a
 * model helpful while it learns to reset.
 *
 * @param prompt the conversation up to the assistant's turn; at least one message, the last one not
 *     the assistant's
 * @param response the answer, {@code y}; not blank
 */
public record UtilityExample(List<Message> prompt, String response) implements SftExample {
  public UtilityExample {
    prompt = Requirements.prompt(prompt);
    Requirements.answer("response", response);
  }

  @Override
  public UtilityExample withoutOpening() {
    return this;
  }

  @Override
  public List<String> answers() {
    return List.of(response);
  }
}
