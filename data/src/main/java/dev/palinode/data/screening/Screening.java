package dev.palinode.data.screening;

import dev.palinode.data.Conversation;
import dev.palinode.data.DataRecord;
import dev.palinode.data.PreferencePair;
import dev.palinode.data.SftExample;
import dev.palinode.data.overlap.Contamination;
import dev.palinode.data.overlap.DuplicateMatch;
import dev.palinode.data.overlap.EvaluationPrompts;
import dev.palinode.data.overlap.NearDuplicates;
import dev.palinode.data.overlap.Words;
import java.util.Optional;

/**
 * Keeps evaluation prompts and repetitions out of training data, record by record. A record holds a
 * prompt if one stands in all that is asked and answered in it, or is one of its questions. It
 * repeats an earlier one that passed if all that is asked and answered in the two is alike.
 *
 * <p>Memory grows with the records that pass, by at most 1.5 KiB for each. Not thread-safe.
 */
public final class Screening {
  /** A question longer than this is found within the whole text by the same rules. */
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
    Optional<DuplicateMatch> repeated =
        earlier.flatMap(texts -> texts.add(number, texts.sketch(words)));
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

  private static Optional<Contamination> promptIn(
      EvaluationPrompts prompts, DataRecord item, Words words) {
    Optional<Contamination> within = prompts.find(words);
    if (within.isPresent()) {
      return within;
    }
    for (String question : item.questions()) {
      if (question.length() <= SHORT_QUESTION && mayBeShort(question)) {
        Optional<Contamination> alone = prompts.find(question);
        if (alone.isPresent()) {
          return alone;
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Whether a question may have too few words to be found within a text; a longer one was looked
   * for there. Each run of ASCII letters and digits between spaces is a word at least.
   */
  private static boolean mayBeShort(String question) {
    int words = 0;
    boolean wasSpace = true;
    for (int i = 0; i < question.length(); i++) {
      char c = question.charAt(i);
      boolean isLetter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      words += wasSpace && isLetter ? 1 : 0;
      wasSpace = c == ' ';
    }
    return words < EvaluationPrompts.LEAST_WORDS_VERBATIM;
  }
}
