package dev.palinode.data.rewrite;

import dev.palinode.data.record.Counts;
import dev.palinode.pii.PersonalData;
import java.util.List;
import java.util.Locale;

/** Counts of what replacement found and made. Not thread-safe. */
public final class ReplacementReport {
  private final Counts<ReplacementOutcome> outcomes = new Counts<>();
  private final Counts<PersonalData.Type> mentions = new Counts<>();
  private long dialogues;
  private long withoutMention;
  private long attempts;

  void addDialogue(boolean hasMention) {
    dialogues++;
    withoutMention += hasMention ? 0 : 1;
  }

  void add(TruncatedAnswer cut, ReplacementOutcome outcome) {
    mentions.add(cut.type());
    outcomes.add(outcome);
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
    return mentions.of(type);
  }

  /** Mentions with that outcome. */
  public long count(ReplacementOutcome outcome) {
    return outcomes.of(outcome);
  }

  /** What became of the mentions, in a line. */
  public String words() {
    return outcomes.words(ReplacementOutcome::description, "none");
  }

  /** In Markdown. */
  public String toMarkdown() {
    List<ReplacementOutcome> all = List.of(ReplacementOutcome.values());
    return String.format(
            Locale.ROOT, "%,d dialogues without personal data in an answer\n", withoutMention)
        + mentions.table(
            "mentions", "count", mentions.asMap().keySet(), PersonalData.Type::description)
        + outcomes.table("outcome", "mentions", all, ReplacementOutcome::description);
  }
}
