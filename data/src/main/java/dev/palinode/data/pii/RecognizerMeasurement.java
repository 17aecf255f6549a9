package dev.palinode.data.pii;

import dev.palinode.data.pii.MeasurementFiles.MaskedValue;
import dev.palinode.pii.PersonalData;
import dev.palinode.pii.PersonalDataFinder;
import dev.palinode.pii.PiiTypeFilter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Measurement of a recogniser: recall on values that were masked as personal data, and matches in
 * texts without personal data.
 *
 * <p>The masked values are published without their chats, so each is measured twice: alone, and in
 * a sentence that gives no hint of its kind. Neither is the original context, and many of LLM-PC's
 * values identify nobody ("local farmers"). The figures are for comparing recognisers, not for
 * estimating recall in real chats.
 *
 * @param recalls by kind of value, the most frequent first
 * @param controls one for each file of texts without personal data
 */
public record RecognizerMeasurement(List<ValueRecall> recalls, List<FalsePositives> controls) {
  /** The text before and after a value. */
  private static final String BEFORE = "It was about ";

  private static final String AFTER = ", as far as I remember.";

  /** The types that match the kinds of slots. */
  private static final Map<String, Set<PersonalData.Type>> AGREEING =
      Map.of(
          "NAME",
          Set.of(PersonalData.Type.PERSON),
          "LOC",
          Set.of(
              PersonalData.Type.PLACE,
              PersonalData.Type.FACILITY,
              PersonalData.Type.ORGANISATION,
              PersonalData.Type.POSTAL_ADDRESS),
          "DATE",
          Set.of(PersonalData.Type.DATE, PersonalData.Type.TIME, PersonalData.Type.DATE_OF_BIRTH));

  public RecognizerMeasurement {
    recalls = List.copyOf(recalls);
    controls = List.copyOf(controls);
  }

  /**
   * Measures a recogniser.
   *
   * @param finder the recogniser; overlaps of its matches are resolved here
   * @param counted which types count as personal
   * @param values JSON Lines with objects from slot to value, as in LLM-PC
   * @param controls texts that identify nobody: JSON Lines with {@code question} and {@code
   *     answer}, as in GSM8K, or CSV with {@code question}, as in MMLU
   * @throws IOException if a file cannot be read, or has another layout
   */
  public static RecognizerMeasurement of(
      PersonalDataFinder finder, PiiTypeFilter counted, Path values, List<Path> controls)
      throws IOException {
    PersonalDataFinder once = finder.withoutOverlaps();
    List<ValueRecall> recalls = recalls(once, counted, MeasurementFiles.values(values));
    List<FalsePositives> falsePositives = new ArrayList<>();
    for (Path control : controls) {
      String source = control.getFileName().toString();
      falsePositives.add(FalsePositives.in(source, MeasurementFiles.texts(control), once, counted));
    }
    return new RecognizerMeasurement(recalls, falsePositives);
  }

  private static List<ValueRecall> recalls(
      PersonalDataFinder finder, PiiTypeFilter counted, List<MaskedValue> values) {
    Map<String, ValueRecall> byKind = new LinkedHashMap<>();
    for (MaskedValue each : values) {
      Hits alone = Hits.of(each, "", "", finder, counted);
      Hits inSentence = Hits.of(each, BEFORE, AFTER, finder, counted);
      byKind.merge(
          each.kind(), new ValueRecall(each.kind(), 1, alone, inSentence), ValueRecall::plus);
    }
    return byKind.values().stream()
        .sorted((one, other) -> Integer.compare(other.values(), one.values()))
        .toList();
  }

  /**
   * Recall on the values of one kind.
   *
   * @param kind the name of their slots without the number: NAME, LOC, DATE, ...
   * @param values number of values
   * @param alone hits when the value is the whole text
   * @param inSentence hits when the value is in a sentence that gives no hint of its kind
   */
  public record ValueRecall(String kind, int values, Hits alone, Hits inSentence) {
    ValueRecall plus(ValueRecall other) {
      return new ValueRecall(
          kind, values + other.values, alone.plus(other.alone), inSentence.plus(other.inSentence));
    }
  }

  /**
   * Counts of the values in which a finder found something.
   *
   * @param found at least a part of the value was found, as any type
   * @param whole one match covers the whole value
   * @param counted at least a part was found, as a type that counts
   * @param countedWhole one match of a type that counts covers the whole value
   * @param agreeing at least a part was found as a type that matches the value's kind: NAME as a
   *     person; LOC as a place, facility, organisation or address; DATE as a date, time or date of
   *     birth; 0 for other kinds
   */
  public record Hits(int found, int whole, int counted, int countedWhole, int agreeing) {
    static Hits of(
        MaskedValue each,
        String before,
        String after,
        PersonalDataFinder finder,
        PiiTypeFilter types) {
      int start = before.length();
      int end = start + each.value().length();
      List<PersonalData> found =
          finder.find(before + each.value() + after, true).stream()
              .filter(data -> data.start() < end && start < data.end())
              .toList();
      List<PersonalData> counted = types.of(found);
      Set<PersonalData.Type> agreeing = AGREEING.getOrDefault(each.kind(), Set.of());
      Predicate<PersonalData> isWhole = data -> data.start() <= start && end <= data.end();
      return new Hits(
          one(found, data -> true),
          one(found, isWhole),
          one(counted, data -> true),
          one(counted, isWhole),
          one(found, data -> agreeing.contains(data.type())));
    }

    private static int one(List<PersonalData> found, Predicate<PersonalData> isHit) {
      return found.stream().anyMatch(isHit) ? 1 : 0;
    }

    Hits plus(Hits other) {
      return new Hits(
          found + other.found,
          whole + other.whole,
          counted + other.counted,
          countedWhole + other.countedWhole,
          agreeing + other.agreeing);
    }
  }

  /**
   * Matches in texts that identify nobody. Such texts do contain names, such as those of the
   * children in GSM8K or Napoleon in MMLU: finding them is correct, but they are not personal data.
   *
   * @param source the file's name
   * @param words number of words, separated by white space
   * @param byType number of matches of each type, whether it counts or not
   * @param counted number of matches of types that count
   */
  public record FalsePositives(
      String source, long words, Map<PersonalData.Type, Integer> byType, int counted) {
    public FalsePositives {
      byType = Map.copyOf(byType);
    }

    static FalsePositives in(
        String source, List<String> texts, PersonalDataFinder finder, PiiTypeFilter types) {
      long words = 0;
      List<PersonalData> found = new ArrayList<>();
      for (String text : texts) {
        words += text.isBlank() ? 0 : text.strip().split("\\s+").length;
        found.addAll(finder.find(text, true));
      }
      return new FalsePositives(source, words, PiiTypeFilter.byType(found), types.of(found).size());
    }

    /** Matches per thousand words; 0 if there are no words. */
    public double perThousandWords(int matches) {
      return words == 0 ? 0 : 1000.0 * matches / words;
    }
  }
}
