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
 * Measurement of a recogniser: recall on values that were masked as personal data, and finds in
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
   * @param finder the recogniser; overlaps of its finds are resolved here
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
