package dev.palinode.data.replacement;

import dev.palinode.guard.personal.PersonalData;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Counts of what replacement found and made. Not thread-safe. */
public final class ReplacementReport {
  private final Map<ReplacementOutcome, Long> outcomes = new EnumMap<>(ReplacementOutcome.class);
  private final Map<PersonalData.Type, Long> mentions = new EnumMap<>(PersonalData.Type.class);
  private long dialogues;
  private long withoutMention;
  private long attempts;

  void addDialogue(boolean hasMention) {
    dialogues++;
    withoutMention += hasMention ? 0 : 1;
  }

  void add(CutAnswer cut, ReplacementOutcome outcome) {
    mentions.merge(cut.type(), 1L, Long::sum);
    outcomes.merge(outcome, 1L, Long::sum);
  }

  void addAttempts(int count) {
    attempts += count;
  }

  /** Dialogues that were looked at. */
  public long dialogues() {
    return dialogues;
  }

  /** Dialogues whose answers mention nothing: they give no sample. */
  public long withoutMention() {
    return withoutMention;
  }

  /** Completions that the model was asked for. */
  public long attempts() {
    return attempts;
  }

  /** Mentions of that kind. */
  public long mentions(PersonalData.Type type) {
    return mentions.getOrDefault(type, 0L);
  }

  /** Mentions with that outcome. */
  public long count(ReplacementOutcome outcome) {
    return outcomes.getOrDefault(outcome, 0L);
  }

  /** What became of the mentions, in a line. */
  public String words() {
    return outcomes.isEmpty()
        ? "none"
        : outcomes.entrySet().stream()
            .map(
                each ->
                    String.format(
                        Locale.ROOT, "%,d %s", each.getValue(), each.getKey().description()))
            .collect(Collectors.joining("; "));
  }

  /** In Markdown. */
  public String toMarkdown() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT, "%,d dialogues without personal data in an answer\n", withoutMention));
    text.append("\n| mentions | count |\n|---|---:|\n");
    mentions.forEach(
        (type, count) ->
            text.append(String.format(Locale.ROOT, "| %s | %,d |\n", type.description(), count)));
    text.append("\n| outcome | mentions |\n|---|---:|\n");
    for (ReplacementOutcome outcome : ReplacementOutcome.values()) {
      text.append(
          String.format(Locale.ROOT, "| %s | %,d |\n", outcome.description(), count(outcome)));
    }
    return text.toString();
  }
}
