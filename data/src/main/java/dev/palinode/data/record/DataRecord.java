package dev.palinode.data.record;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One record of a data set, independent of the file format.
 *
 * <p>Importers make records from the rows of files; builders of training data make some from
 * others. Implementations are immutable.
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
}
