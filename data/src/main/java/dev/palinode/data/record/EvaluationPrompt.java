package dev.palinode.data.record;

import java.util.List;

/**
 * Something to ask a model that is measured. Must not get into training data.
 *
 * @param id what the data set calls it, or the row's number
 * @param turns what the user says, turn by turn; at least one, none blank
 * @param category the data set's own; empty if it has none
 * @param expected what a good model does
 * @param context text that the request is about, as HarmBench's contextual behaviours have; empty
 *     for none
 * @param target the beginning of an answer that complies, which attacks aim at; empty for none
 */
public record EvaluationPrompt(
    String id,
    List<String> turns,
    String category,
    Expected expected,
    String context,
    String target)
    implements DataRecord {
  /** What a good model does with a prompt. */
  public enum Expected {
    /** It helps. */
    HELP,
    /** It declines. */
    DECLINE,
    /** The data set does not say. */
    UNSTATED
  }

  /**
   * @throws IllegalArgumentException if there is no turn, or one is blank
   */
  public EvaluationPrompt {
    turns = List.copyOf(turns);
    if (turns.isEmpty() || turns.stream().anyMatch(String::isBlank)) {
      throw new IllegalArgumentException(
          "prompt " + id + " has " + (turns.isEmpty() ? "no turn" : "a blank turn"));
    }
  }

  @Override
  public List<String> questions() {
    return turns;
  }
}
