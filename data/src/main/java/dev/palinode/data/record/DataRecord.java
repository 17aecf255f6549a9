package dev.palinode.data.record;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One record of a data set, whatever file it came from.
 *
 * <p>Importers make these of the rows of files; builders of training data make some of others.
 * Implementations are immutable.
 */
public sealed interface DataRecord
    permits SftExample,
        PreferencePair,
        Conversation,
        EvaluationPrompt,
        ChoiceQuestion,
        MaskedDetails,
        ReferenceAnswer,
        JudgePrompt,
        PlainText {
  /** The texts that ask: messages of users, questions with their choices; may be empty. */
  default List<String> questions() {
    return List.of();
  }

  /** The texts that answer, wanted or not; may be empty. */
  default List<String> answers() {
    return List.of();
  }

  /** The kind of record, for people: {@code preference pair}. */
  default String kind() {
    return getClass()
        .getSimpleName()
        .replaceAll("(?<=[a-z])([A-Z])", " $1")
        .toLowerCase(Locale.ROOT);
  }

  /** All texts as one, by which records are compared. */
  default String text() {
    List<String> all = new ArrayList<>(questions());
    all.addAll(answers());
    return String.join("\n", all);
  }
}
