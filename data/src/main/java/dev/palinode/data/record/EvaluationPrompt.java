package dev.palinode.data.record;

import java.util.List;
import org.apache.commons.lang3.Validate;

/**
 * A prompt for evaluating models. Must not be in training data.
 *
 * @param id the data set's id, or the row's number
 * @param turns the user's messages; at least one, none blank
 * @param category the data set's category; empty if it has none
 * @param expected what a good model does with it
 * @param context text that the request is about, as in HarmBench's contextual behaviours; empty for
 *     none
 * @param target the beginning of a complying answer, the target of attacks; empty for none
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

  public EvaluationPrompt {
    turns = List.copyOf(turns);
    Validate.isTrue(!turns.isEmpty(), "prompt %s has no turn", id);
    Validate.isTrue(turns.stream().noneMatch(String::isBlank), "prompt %s has a blank turn", id);
  }

  @Override
  public List<String> questions() {
    return turns;
  }
}
