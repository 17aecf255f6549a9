package dev.palinode.data.record;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.lang3.Validate;

/**
 * One record of a data set, independent of the file format. Implementations are immutable, and
 * their constructors throw an IllegalArgumentException that says which component breaks its rules.
 */
public sealed interface DataRecord
    permits SftExample,
        PreferencePair,
        Conversation,
        EvaluationPrompt,
        DataRecord.ChoiceQuestion,
        DataRecord.ReferenceAnswer,
        DataRecord.JudgePrompt,
        DataRecord.MaskedDetails,
        DataRecord.PlainText {
  /** Questions: user messages, or questions with their choices; may be empty. */
  default List<String> questions() {
    return List.of();
  }

  /** Answers, wanted and unwanted; may be empty. */
  default List<String> answers() {
    return List.of();
  }

  /** Display name of the kind of record: {@code preference pair}. */
  default String kind() {
    return getClass()
        .getSimpleName()
        .replaceAll("(?<=[a-z])([A-Z])", " $1")
        .toLowerCase(Locale.ROOT);
  }

  /** Questions and answers joined by line breaks, for comparing records. */
  default String text() {
    List<String> all = new ArrayList<>(questions());
    all.addAll(answers());
    return String.join("\n", all);
  }

  /**
   * A multiple-choice question with one right answer, as in MMLU.
   *
   * @param id the data set's id, or the row's number
   * @param question not blank
   * @param choices at least two
   * @param answer index of the right choice, from 0
   * @param subject the data set's subject; empty if it has none
   */
  record ChoiceQuestion(
      String id, String question, List<String> choices, int answer, String subject)
      implements DataRecord {
    public ChoiceQuestion {
      choices = List.copyOf(choices);
      Validate.isTrue(!question.isBlank(), "question %s is blank", id);
      int count = choices.size();
      Validate.isTrue(count >= 2, "question %s has %s choices: expected at least two", id, count);
      Validate.isTrue(
          answer >= 0 && answer < count,
          "question %s: the right answer is %s: expected 0 to %s",
          id,
          answer,
          count - 1);
    }

    @Override
    public List<String> questions() {
      return List.of(question + "\n" + String.join("\n", choices));
    }
  }

  /**
   * A reference answer, with which a judge can compare a model's answer.
   *
   * @param id id of the {@link EvaluationPrompt} that it answers
   * @param turns one answer for each of the prompt's turns; at least one
   */
  record ReferenceAnswer(String id, List<String> turns) implements DataRecord {
    public ReferenceAnswer {
      turns = List.copyOf(turns);
      Validate.isTrue(!turns.isEmpty(), "the reference answer to %s has no turn", id);
    }

    @Override
    public List<String> answers() {
      return turns;
    }
  }

  /**
   * A prompt template for a language model as judge, as in MT-Bench.
   *
   * @param name the data set's name for it
   * @param type {@code single} for one answer, {@code pairwise} for two
   * @param system the system message; may be empty
   * @param prompt the user message, with placeholders in braces ({@code {question}}); not blank
   * @param outputFormat format of the verdict ({@code [[rating]]})
   */
  record JudgePrompt(String name, String type, String system, String prompt, String outputFormat)
      implements DataRecord {
    public JudgePrompt {
      Validate.isTrue(!prompt.isBlank(), "judge template %s is blank", name);
    }

    @Override
    public List<String> questions() {
      return List.of(prompt);
    }
  }

  /**
   * Personal details that were masked in an unpublished text, as the LLM Privacy Challenge
   * publishes them.
   *
   * @param values by slot ({@code NAME-1}), in the order of the file; may be empty
   */
  record MaskedDetails(Map<String, String> values) implements DataRecord {
    public MaskedDetails {
      values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    @Override
    public List<String> answers() {
      return List.of(String.join("\n", values.values()));
    }
  }

  /**
   * A text without further structure, such as a published answer.
   *
   * @param text may be empty, as a model's answer can be
   */
  record PlainText(String text) implements DataRecord {
    @Override
    public List<String> answers() {
      return List.of(text);
    }
  }
}
