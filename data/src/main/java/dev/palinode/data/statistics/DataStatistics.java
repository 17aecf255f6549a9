package dev.palinode.data.statistics;

import dev.palinode.data.record.Counts;
import dev.palinode.data.record.DataRecord;
import dev.palinode.data.record.RecordSink;
import dev.palinode.pii.PersonalData;
import dev.palinode.pii.PersonalDataFinder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Statistics of a stream of records: kinds, lengths and personal data. Memory does not grow with
 * the number of records. Not thread-safe.
 */
public final class DataStatistics implements RecordSink<DataRecord> {
  private static final Pattern WORD = Pattern.compile("\\P{javaWhitespace}+");

  private final Optional<PersonalDataFinder> finder;
  private final Counts<String> kinds = new Counts<>();
  private final Lengths questions = new Lengths();
  private final Lengths answers = new Lengths();
  private final Lengths turns = new Lengths();
  private final Counts<PersonalData.Type> personalData = new Counts<>();
  private long withPersonalData;

  /** Statistics without personal data. */
  public DataStatistics() {
    this(Optional.empty());
  }

  /**
   * @param finder finds the personal data to count, in questions and answers
   */
  public DataStatistics(Optional<PersonalDataFinder> finder) {
    this.finder = finder;
  }

  @Override
  public void accept(DataRecord item) {
    kinds.add(item.kind());
    item.questions().forEach(text -> questions.add(words(text)));
    item.answers().forEach(text -> answers.add(words(text)));
    turns.add(item.questions().size());
    finder.ifPresent(used -> count(used.find(item.text(), true)));
  }

  private void count(List<PersonalData> found) {
    withPersonalData += found.isEmpty() ? 0 : 1;
    found.forEach(each -> personalData.add(each.type()));
  }

  private static long words(String text) {
    return WORD.matcher(text).results().count();
  }

  /** Number of records by kind. */
  public Map<String, Long> kinds() {
    return kinds.asMap();
  }

  /** Words per question; each user message is a question. */
  public Lengths questions() {
    return questions;
  }

  /** Words per answer. */
  public Lengths answers() {
    return answers;
  }

  /** Questions per record. */
  public Lengths turns() {
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
