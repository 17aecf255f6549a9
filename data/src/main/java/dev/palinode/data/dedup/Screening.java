package dev.palinode.data.dedup;

import dev.palinode.data.record.Conversation;
import dev.palinode.data.record.DataRecord;
import dev.palinode.data.record.PreferencePair;
import dev.palinode.data.record.SftExample;
import java.util.Optional;

/**
 * Keeps evaluation prompts and repetitions out of training data, record by record. A record holds a
 * prompt if one is in all that is asked and answered in it, or is one of its questions. It repeats
 * an earlier one that passed if all that is asked and answered in the two is alike.
 *
 * <p>Memory grows with the records that pass, at the standard similarity by at most 2 KiB for each.
 * Not thread-safe.
 */
public final class Screening {
  /** A longer question has more words than the shortest prompts. */
  private static final int SHORT_QUESTION = 100;

  private final Optional<EvaluationPrompts> prompts;
  private final Optional<NearDuplicates> earlier;
  private final ScreeningReport report = new ScreeningReport();
  private long position;

  public Screening(ScreeningSettings settings) {
    this.prompts = settings.prompts();
    this.earlier = settings.repetitions().map(NearDuplicates::new);
  }

  /** Whether a record may be trained on; asked once for each, in the order of the data. */
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
    Optional<DuplicateMatch> repeated = earlier.flatMap(texts -> texts.add(number, words));
    repeated.ifPresent(match -> report.add(number, match, item));
    return repeated.isEmpty();
  }

  /** What has been left out so far. */
  public ScreeningReport report() {
    return report;
  }

  private static boolean isTrainingData(DataRecord item) {
    return item instanceof SftExample
        || item instanceof PreferencePair
        || item instanceof Conversation;
  }

  /** The shortest prompts are found only alone, so short questions are looked up alone, too. */
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
