package dev.palinode.data.record;

import java.util.List;

/**
 * A reference answer, with which a judge can compare a model's answer.
 *
 * @param id id of the {@link EvaluationPrompt} that it answers
 * @param turns one answer for each of the prompt's turns; at least one
 */
public record ReferenceAnswer(String id, List<String> turns) implements DataRecord {
  /**
   * @throws IllegalArgumentException if there is no turn
   */
  public ReferenceAnswer {
    turns = List.copyOf(turns);
    if (turns.isEmpty()) {
      throw new IllegalArgumentException("the reference answer to " + id + " has no turn");
    }
  }

  @Override
  public List<String> answers() {
    return turns;
  }
}
