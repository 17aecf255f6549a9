package dev.palinode.data.labeling;

import dev.palinode.chat.Message;
import java.util.List;

/**
 * An answer to be judged.
 *
 * @param prompt the conversation up to the assistant's turn
 * @param answer the assistant's answer
 */
public record AnswerToJudge(List<Message> prompt, String answer) {
  public AnswerToJudge {
    prompt = List.copyOf(prompt);
  }
}
