package dev.palinode.data.rewrite;

import dev.palinode.data.record.Counts;
import dev.palinode.pii.PersonalData;
import java.util.List;
import java.util.Locale;

/**
 * Report on replacing personal data: counts of dialogues, mentions and outcomes. Not thread-safe.
 */
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

  /** Number of dialogues that were searched for personal data. */
  public long dialogues() {
    return dialogues;
  }

  /** Number of dialogues without a mention in an answer: they give no pair. */
  public long withoutMention() {
    return withoutMention;
  }

  /** Number of completions that were requested. */
  public long attempts() {
    return attempts;
  }

  /** Number of mentions of this type. */
  public long mentions(PersonalData.Type type) {
    return mentions.of(type);
  }

  /** Number of mentions with this outcome. */
  public long count(ReplacementOutcome outcome) {
    return outcomes.of(outcome);
  }

  /** One-line summary of the outcomes. */
  public String summary() {
    return outcomes.words(ReplacementOutcome::description, "none");
  }

  /** The counts as Markdown. */
  public String toMarkdown() {
    List<ReplacementOutcome> all = List.of(ReplacementOutcome.values());
    return String.format(
            Locale.ROOT, "%,d dialogues without personal data in an answer\n", withoutMention)
        + mentions.table(
            "mentions", "count", mentions.asMap().keySet(), PersonalData.Type::description)
        + outcomes.table("outcome", "mentions", all, ReplacementOutcome::description);
  }
}
