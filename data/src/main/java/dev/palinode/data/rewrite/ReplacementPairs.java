package dev.palinode.data.rewrite;

import dev.palinode.data.record.Conversation;
import dev.palinode.data.record.RecordSink;
import dev.palinode.data.record.SafetyTriple;
import dev.palinode.pii.PersonalDataFinder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes a pair from each mention of personal data in the answers of dialogues: the chosen
 * completion is written by a model without personal data, the rejected one is the original rest of
 * the answer (Smirnov, 2024, section 3).
 *
 * <p>A completion that is empty, contains personal data, or equals the original is generated again
 * with another seed; after the last attempt the mention is dropped. Pairs are in the order of the
 * mentions. Seeds depend on the mention's number and the attempt, so batching does not change
 * results. {@link #finish} processes the last batch. Not thread-safe.
 */
public final class ReplacementPairs implements RecordSink<Conversation> {
  private final PersonalDataFinder finder;
  private final CompletionGenerator writer;
  private final ReplacementSettings settings;
  private final RecordSink<? super SafetyTriple> out;
  private final ReplacementReport report = new ReplacementReport();
  private final List<Mention> waiting = new ArrayList<>();
  private long mentions;

  /**
   * @param finder finds what counts as personal data
   * @param out receives each pair
   */
  public ReplacementPairs(
      PersonalDataFinder finder,
      CompletionGenerator writer,
      ReplacementSettings settings,
      RecordSink<? super SafetyTriple> out) {
    this.finder = finder;
    this.writer = writer;
    this.settings = settings;
    this.out = out;
  }

  @Override
  public void accept(Conversation dialogue) throws IOException {
    List<TruncatedAnswer> cuts = TruncatedAnswer.of(dialogue, finder);
    report.addDialogue(!cuts.isEmpty());
    for (TruncatedAnswer cut : cuts) {
      waiting.add(new Mention(cut, mentions++));
      if (waiting.size() == settings.together()) {
        finish();
      }
    }
  }

  /** Processes all mentions that have been accepted. */
  public void finish() throws IOException {
    List<Mention> open = List.copyOf(waiting);
    for (int attempt = 0; attempt < settings.attempts() && !open.isEmpty(); attempt++) {
      write(open, attempt);
      open =
          open.stream().filter(mention -> mention.outcome != ReplacementOutcome.REPLACED).toList();
    }
    for (Mention mention : waiting) {
      report.add(mention.cut, mention.outcome);
      if (mention.outcome == ReplacementOutcome.REPLACED) {
        out.accept(mention.pair());
      }
    }
    waiting.clear();
  }

  /** The report on the mentions that were processed. */
  public ReplacementReport report() {
    return report;
  }

  private void write(List<Mention> open, int attempt) throws IOException {
    List<CompletionGenerator.Unfinished> answers =
        open.stream().map(mention -> mention.unfinished(attempt)).toList();
    List<String> written = writer.write(answers);
    report.addAttempts(written.size());
    for (int i = 0; i < written.size(); i++) {
      open.get(i).judge(written.get(i));
    }
  }

  /** A truncated answer with its current completion. */
  private final class Mention {
    final TruncatedAnswer cut;
    final long number;
    String chosen = "";
    ReplacementOutcome outcome = ReplacementOutcome.NOTHING_WRITTEN;

    Mention(TruncatedAnswer cut, long number) {
      this.cut = cut;
      this.number = number;
    }

    CompletionGenerator.Unfinished unfinished(int attempt) {
      long ownSeed =
          settings.seed() + 0x9E3779B97F4A7C15L * (number * settings.attempts() + attempt);
      return new CompletionGenerator.Unfinished(
          settings.discretion().over(cut.prompt()), cut.opening(), ownSeed);
    }

    void judge(String text) {
      chosen = text.stripTrailing();
      if (chosen.isBlank()) {
        outcome = ReplacementOutcome.NOTHING_WRITTEN;
      } else if (chosen.strip().equals(cut.rest().strip())) {
        outcome = ReplacementOutcome.UNCHANGED;
      } else {
        outcome =
            holdsPersonalData(chosen)
                ? ReplacementOutcome.PERSONAL_DATA
                : ReplacementOutcome.REPLACED;
      }
    }

    /**
     * Checks the completion together with its opening: a name may begin in one and end in the
     * other.
     */
    private boolean holdsPersonalData(String completion) {
      return finder.find(cut.opening() + completion, true).stream()
          .anyMatch(found -> found.end() > cut.opening().length());
    }

    SafetyTriple pair() {
      return new SafetyTriple(cut.prompt(), cut.opening(), chosen, cut.rest());
    }
  }
}
