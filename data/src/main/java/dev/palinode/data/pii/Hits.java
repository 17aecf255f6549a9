package dev.palinode.data.pii;

import dev.palinode.data.pii.MeasurementFiles.MaskedValue;
import dev.palinode.pii.PersonalData;
import dev.palinode.pii.PersonalDataFinder;
import dev.palinode.pii.PiiTypeFilter;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Counts of the values in which a finder found something.
 *
 * @param found at least a part of the value was found, as any type
 * @param whole one find covers the whole value
 * @param counted at least a part was found, as a type that counts
 * @param countedWhole one find of a type that counts covers the whole value
 * @param agreeing at least a part was found as a type that matches the value's kind: NAME as a
 *     person; LOC as a place, facility, organisation or address; DATE as a date, time or date of
 *     birth; 0 for other kinds
 */
public record Hits(int found, int whole, int counted, int countedWhole, int agreeing) {
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
    return new Hits(
        one(!found.isEmpty()),
        one(isWhole(found, start, end)),
        one(!counted.isEmpty()),
        one(isWhole(counted, start, end)),
        one(found.stream().anyMatch(data -> agreeing.contains(data.type()))));
  }

  private static boolean isWhole(List<PersonalData> found, int start, int end) {
    return found.stream().anyMatch(data -> data.start() <= start && end <= data.end());
  }

  private static int one(boolean isHit) {
    return isHit ? 1 : 0;
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
