package dev.palinode.data.format;

import dev.palinode.data.EvaluationPrompt.Expected;
import java.util.List;
import java.util.Set;

/**
 * What the targets of a {@link ColumnMapping} make together.
 *
 * @param needed targets that decide it
 * @param allowed targets that may be there, too
 * @param format which reads the row once its columns have the targets' names
 */
record MappedRecord(Set<String> needed, Set<String> allowed, RowFormat format) {
  /** The first whose needed targets are all there is meant. */
  private static final List<MappedRecord> ALL =
      List.of(
          new MappedRecord(
              Set.of("prompt", "chosen", "rejected"), Set.of("system"), new Preference()),
          new MappedRecord(
              Set.of("prompt", "safe", "unsafe"), Set.of("system"), Preference.labelled()),
          new MappedRecord(
              Set.of("prompt", "response"), Set.of("system", "input"), new Completion()),
          new MappedRecord(Set.of("messages"), Set.of("system"), new Chat()),
          new MappedRecord(
              Set.of("question", "choices", "answer"),
              Set.of("id", "subject"),
              new MultipleChoice()),
          new MappedRecord(Set.of("text"), Set.of(), new Texts()),
          new MappedRecord(
              Set.of("prompt"),
              Set.of("id", "category", "context", "target", "label"),
              new Prompts(Expected.UNSTATED)));

  /**
   * @throws IllegalArgumentException if the targets make no record, or one of them is too many
   */
  static MappedRecord of(Set<String> targets) {
    MappedRecord made =
        ALL.stream()
            .filter(each -> targets.containsAll(each.needed))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "the targets %s make no record: expected prompt, chosen and rejected;"
                                .formatted(sorted(targets))
                            + " prompt, safe and unsafe; prompt and response; messages; question, choices and answer;"
                            + " text; or prompt"));
    for (String target : targets) {
      if (!made.needed.contains(target) && !made.allowed.contains(target)) {
        throw new IllegalArgumentException(
            "target \"%s\" does not go with %s".formatted(target, sorted(made.needed)));
      }
    }
    return made;
  }

  private static String sorted(Set<String> names) {
    return String.join(", ", names.stream().sorted().toList());
  }
}
