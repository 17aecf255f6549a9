package dev.palinode.data.statistics;

import dev.palinode.data.record.Counts;
import dev.palinode.data.record.DataRecord;
import dev.palinode.pii.PersonalData;
import dev.palinode.pii.PersonalDataFinder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.HdrHistogram.Histogram;
import org.apache.commons.io.function.IOConsumer;

/**
 * Statistics of a stream of records: kinds, lengths and personal data. Lengths are exact up to
 * 2,047, with three significant digits above. Memory does not grow with the number of records. Not
 * thread-safe.
 */
public final class DataStatistics implements IOConsumer<DataRecord> {
  private static final Pattern WORD = Pattern.compile("\\P{javaWhitespace}+");

  private final Optional<PersonalDataFinder> finder;
  private final Counts<String> kinds = new Counts<>();
  private final Histogram questions = lengths();
  private final Histogram answers = lengths();
  private final Histogram turns = lengths();
  private final Counts<PersonalData.Type> personalData = new Counts<>();
  private long withPersonalData;

  /**
   * @param finder finds the personal data to count, in questions and answers; empty to count none
   */
  public DataStatistics(Optional<PersonalDataFinder> finder) {
    this.finder = finder;
  }

  @Override
  public void accept(DataRecord item) {
    kinds.add(item.kind());
    item.questions().forEach(text -> questions.recordValue(words(text)));
    item.answers().forEach(text -> answers.recordValue(words(text)));
    turns.recordValue(item.questions().size());
    finder.ifPresent(used -> count(used.find(item.text(), true)));
  }

  private void count(List<PersonalData> found) {
    withPersonalData += found.isEmpty() ? 0 : 1;
    found.forEach(each -> personalData.add(each.type()));
  }

  private static Histogram lengths() {
    return new Histogram(3);
  }

  private static long words(String text) {
    return WORD.matcher(text).results().count();
  }

  /** Number of records by kind. */
  public Map<String, Long> kinds() {
    return kinds.asMap();
  }

  /** Words per question; each user message is a question. */
  public Histogram questions() {
    return questions;
  }

  /** Words per answer. */
  public Histogram answers() {
    return answers;
  }

  /** Questions per record. */
  public Histogram turns() {
    return turns;
  }

  /** Mentions of personal data by type; empty if there are none, or without a finder. */
  public Map<PersonalData.Type, Long> personalData() {
    return personalData.asMap();
  }

  /** Number of records with personal data. */
  public long withPersonalData() {
    return withPersonalData;
  }
}
