package dev.palinode.data.record;

import java.util.List;
import java.util.Locale;

/**
 * A multiple-choice question with one right answer, as in MMLU.
 *
 * @param id the data set's id, or the row's number
 * @param question not blank
 * @param choices at least two
 * @param answer index of the right choice, from 0
 * @param subject the data set's subject; empty if it has none
 */
public record ChoiceQuestion(
    String id, String question, List<String> choices, int answer, String subject)
    implements DataRecord {
  /**
   * @throws IllegalArgumentException if the question is blank, there are fewer than two choices, or
   *     the answer is out of range
   */
  public ChoiceQuestion {
    choices = List.copyOf(choices);
    if (question.isBlank()) {
      throw new IllegalArgumentException("question " + id + " is blank");
    }
    if (choices.size() < 2) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "question %s has %d choices: expected at least two",
              id,
              choices.size()));
    }
    if (answer < 0 || answer >= choices.size()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "question %s: the right answer is %d: expected 0 to %d",
              id,
              answer,
              choices.size() - 1));
    }
  }

  @Override
  public List<String> questions() {
    return List.of(question + "\n" + String.join("\n", choices));
  }
}
