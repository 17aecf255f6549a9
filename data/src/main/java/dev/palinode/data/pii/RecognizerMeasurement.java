package dev.palinode.data.pii;

import dev.palinode.data.pii.MeasurementFiles.MaskedValue;
import dev.palinode.pii.PersonalDataFinder;
import dev.palinode.pii.PiiTypeFilter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How much of what was masked as personal a recogniser finds, and how much it finds where nothing
 * is.
 *
 * <p>The masked values come without their chats. So each is measured twice: alone, and in a
 * sentence that gives no hint of its kind. Neither is the value as it was said, and many of
 * LLM-PC's values identify nobody ("local farmers"): the figures compare recognisers with each
 * other, more than they say how many details of a real chat are found.
 *
 * @param recalls by kind of value, the most frequent first
 * @param controls one for each file of texts without personal data
 */
public record RecognizerMeasurement(List<ValueRecall> recalls, List<FalseFinds> controls) {
  /** The text before and after a value. */
  private static final String BEFORE = "It was about ";

  private static final String AFTER = ", as far as I remember.";

  public RecognizerMeasurement {
    recalls = List.copyOf(recalls);
    controls = List.copyOf(controls);
  }

  /**
   * Measures a recogniser.
   *
   * @param finder overlaps among what it finds are resolved here
   * @param counted which kinds count as personal
   * @param values JSON Lines with objects from slot to value, as those of LLM-PC
   * @param controls texts that identify nobody: JSON Lines with {@code question} and {@code answer}
   *     as those of GSM8K, CSV with {@code question} as those of MMLU
   * @throws IOException if a file cannot be read, or is laid out otherwise
   */
  public static RecognizerMeasurement of(
      PersonalDataFinder finder, PiiTypeFilter counted, Path values, List<Path> controls)
      throws IOException {
    PersonalDataFinder once = finder.withoutOverlaps();
    List<ValueRecall> recalls = recalls(once, counted, MeasurementFiles.values(values));
    List<FalseFinds> falseFinds = new ArrayList<>();
    for (Path control : controls) {
      falseFinds.add(
          FalseFinds.in(
              control.getFileName().toString(), MeasurementFiles.texts(control), once, counted));
    }
    return new RecognizerMeasurement(recalls, falseFinds);
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
}
