package dev.palinode.report;

import java.util.List;

/**
 * An answer in a page's list of generations. Its texts are untrusted.
 *
 * @param model who answered
 * @param seed which of several trainings of the model; may be empty
 * @param group what the prompt belongs to, such as a benchmark or an attack
 * @param id of the prompt; answers of two models with equal group, id, sample and, where both have
 *     one, seed are compared
 * @param sample tells answers to one prompt apart; may be empty
 * @param prompt the conversation that was answered
 * @param opening text with which the answer had to begin; may be empty
 * @param withdrawn texts that were withdrawn, in their order
 * @param visible what remained; empty if the model failed
 * @param error why there is no answer; empty if there is one
 * @param verdict one word, such as {@code unsafe}
 * @param marks what the list can be filtered by besides, such as {@code truncated}
 * @param notes further remarks, such as reasons of judges
 */
public record Generation(
    String model,
    String seed,
    String group,
    String id,
    String sample,
    List<Turn> prompt,
    String opening,
    List<Withdrawn> withdrawn,
    String visible,
    String error,
    String verdict,
    List<String> marks,
    List<String> notes) {
  /** One message of a conversation. */
  public record Turn(String role, String text) {}

  /**
   * A text that was withdrawn.
   *
   * @param note in a few words: why, and how much
   */
  public record Withdrawn(String text, String note) {}

  /**
   * @throws IllegalArgumentException if the verdict is not one word in lower case
   */
  public Generation {
    prompt = List.copyOf(prompt);
    withdrawn = List.copyOf(withdrawn);
    marks = List.copyOf(marks);
    notes = List.copyOf(notes);
    if (!verdict.matches("[a-z]+")) {
      throw new IllegalArgumentException(
          "verdict \"" + verdict + "\": expected a word of lower-case letters");
    }
  }
}
