package dev.palinode.data.record;

import java.util.List;

/**
 * How a language model is asked to judge answers: MT-Bench's judge prompts.
 *
 * @param name the data set's own
 * @param type {@code single} for one answer, {@code pairwise} for two
 * @param system the system message; may be empty
 * @param prompt the user's message, with places in braces ({@code {question}})
 * @param outputFormat how the verdict is written ({@code [[rating]]})
 */
public record JudgePrompt(
    String name, String type, String system, String prompt, String outputFormat)
    implements DataRecord {
  /**
   * @throws IllegalArgumentException if the prompt is blank
   */
  public JudgePrompt {
    if (prompt.isBlank()) {
      throw new IllegalArgumentException("judge template " + name + " is blank");
    }
  }

  @Override
  public List<String> questions() {
    return List.of(prompt);
  }
}
