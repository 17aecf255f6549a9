package dev.palinode.data.dedup;

import dev.palinode.data.dedup.EvaluationPrompts.Contamination;
import dev.palinode.data.dedup.NearDuplicates.DuplicateMatch;
import dev.palinode.data.record.Conversation;
import dev.palinode.data.record.DataRecord;
import dev.palinode.data.record.PreferencePair;
import dev.palinode.data.record.SftExample;
import java.util.Optional;

/**
 * Filters training data: removes records with evaluation prompts (decontamination) and duplicates
 * of earlier records (deduplication). A prompt is looked for in all questions and answers of a
 * record together, and in each short question alone. Duplicates are records whose questions and
 * answers together are similar to those of an earlier record that passed.
 *
 * <p>Memory grows by at most 2 KiB per record that passes, at the standard similarity. Not
 * thread-safe.
 */
public final class Screening {
  /** Most characters of a short question; a longer one has more words than the shortest prompts. */
  private static final int SHORT_QUESTION = 100;

  private final Optional<EvaluationPrompts> prompts;
  private final Optional<NearDuplicates> earlier;
  private final ScreeningReport report = new ScreeningReport();
  private long position;

  public Screening(ScreeningSettings settings) {
    this.prompts = settings.prompts();
    this.earlier = settings.duplicateSimilarity().map(NearDuplicates::new);
  }

  /** Whether a record may be trained on; called once for each, in the order of the data. */
  public boolean passes(DataRecord item) {
    long number = ++position;
    if (!isTrainingData(item) || (prompts.isEmpty() && earlier.isEmpty())) {
      return true;
    }
    Words words = Words.of(item.text());
    Optional<Contamination> prompt = prompts.flatMap(known -> promptIn(known, item, words));
    if (prompt.isPresent()) {
      report.add(number, prompt.get(), item);
      return false;
    }
    Optional<DuplicateMatch> duplicate = earlier.flatMap(texts -> texts.add(number, words));
    duplicate.ifPresent(match -> report.add(number, match, item));
    return duplicate.isEmpty();
  }

  /** The records that were filtered out so far. */
  public ScreeningReport report() {
    return report;
  }

  private static boolean isTrainingData(DataRecord item) {
    return item instanceof SftExample
        || item instanceof PreferencePair
        || item instanceof Conversation;
  }

  /** The shortest prompts match whole texts only, so short questions are also looked up alone. */
  private static Optional<Contamination> promptIn(
      EvaluationPrompts prompts, DataRecord item, Words words) {
    Optional<Contamination> within = prompts.find(words);
    return within.isPresent()
        ? within
        : item.questions().stream()
            .filter(each -> each.length() <= SHORT_QUESTION)
            .flatMap(each -> prompts.find(each).stream())
            .findFirst();
  }
}
