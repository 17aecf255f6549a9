package dev.palinode.data.record;

import java.util.List;

/**
 * A prompt template for a language model as judge, as in MT-Bench.
 *
 * @param name the data set's name for it
 * @param type {@code single} for one answer, {@code pairwise} for two
 * @param system the system message; may be empty
 * @param prompt the user message, with placeholders in braces ({@code {question}})
 * @param outputFormat format of the verdict ({@code [[rating]]})
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
