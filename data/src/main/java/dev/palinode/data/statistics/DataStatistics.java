package dev.palinode.data.statistics;

import dev.palinode.data.DataRecord;
import dev.palinode.data.RecordSink;
import dev.palinode.guard.personal.PersonalData;
import dev.palinode.guard.personal.PersonalDataFinder;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Counts over records, one after the other. Memory does not grow with their number. Not
 * thread-safe.
 */
public final class DataStatistics implements RecordSink<DataRecord> {
  private final Optional<PersonalDataFinder> finder;
  private final Map<String, Long> kinds = new TreeMap<>();
  private final Lengths questions = new Lengths();
  private final Lengths answers = new Lengths();
  private final Lengths turns = new Lengths();
  private final Map<PersonalData.Type, Long> personalData = new EnumMap<>(PersonalData.Type.class);
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
    kinds.merge(item.kind(), 1L, Long::sum);
    item.questions().forEach(text -> questions.add(words(text)));
    item.answers().forEach(text -> answers.add(words(text)));
    turns.add(item.questions().size());
    finder.ifPresent(used -> count(used.find(item.text(), true)));
  }

  private void count(List<PersonalData> found) {
    withPersonalData += found.isEmpty() ? 0 : 1;
    found.forEach(each -> personalData.merge(each.type(), 1L, Long::sum));
  }

  /** Runs of characters that are not white space. */
  private static int words(String text) {
    int words = 0;
    boolean within = false;
    for (int i = 0; i < text.length(); i++) {
      boolean blank = Character.isWhitespace(text.charAt(i));
      words += !blank && !within ? 1 : 0;
      within = !blank;
    }
    return words;
  }

  /** Records by the name of their kind. */
  public Map<String, Long> kinds() {
    return Collections.unmodifiableMap(kinds);
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
    return Collections.unmodifiableMap(personalData);
  }

  /** Records with personal data. */
  public long withPersonalData() {
    return withPersonalData;
  }
}
