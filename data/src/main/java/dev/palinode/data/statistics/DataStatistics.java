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
 * Counts over records, one after the other. Memory does not grow with their number. Not
 * thread-safe.
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

  /** Without a look for personal data. */
  public DataStatistics() {
    this(Optional.empty());
  }

  /**
   * @param finder what is found by it is counted, in questions and answers alike
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

  /** Records by the name of their kind. */
  public Map<String, Long> kinds() {
    return kinds.asMap();
  }

  /** Words of a question, a message of the user's being one. */
  public Lengths questions() {
    return questions;
  }

  /** Words of an answer. */
  public Lengths answers() {
    return answers;
  }

  /** Questions of a record. */
  public Lengths turns() {
    return turns;
  }

  /** Mentions of personal data by type; empty if nobody looked, or there are none. */
  public Map<PersonalData.Type, Long> personalData() {
    return personalData.asMap();
  }

  /** Records with personal data. */
  public long withPersonalData() {
    return withPersonalData;
  }
}
