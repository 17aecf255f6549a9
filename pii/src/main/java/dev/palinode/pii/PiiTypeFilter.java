package dev.palinode.pii;

import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Selects the kinds of data that count as personal. A number or a date alone identifies nobody.
 *
 * @param leftOut kinds that do not count; all others do
 */
public record PiiTypeFilter(Set<PersonalData.Type> leftOut) {
  public PiiTypeFilter {
    leftOut = Set.copyOf(leftOut);
  }

  /** All but numbers, ordinals, dates and products, as in the paper (Smirnov, 2024). */
  public static PiiTypeFilter ofPaper() {
    return new PiiTypeFilter(
        EnumSet.of(
            PersonalData.Type.CARDINAL,
            PersonalData.Type.DATE,
            PersonalData.Type.PRODUCT,
            PersonalData.Type.ORDINAL));
  }

  public boolean counts(PersonalData.Type type) {
    return !leftOut.contains(type);
  }

  public List<PersonalData> of(Collection<PersonalData> found) {
    return found.stream().filter(data -> counts(data.type())).toList();
  }

  /**
   * The number of spans of each kind, counted or not; kinds without any are left out.
   *
   * @param found best without overlaps: {@link PersonalDataFinder#withoutOverlaps}
   */
  public static Map<PersonalData.Type, Integer> byType(Collection<PersonalData> found) {
    Map<PersonalData.Type, Integer> counts = new EnumMap<>(PersonalData.Type.class);
    found.forEach(data -> counts.merge(data.type(), 1, Integer::sum));
    return counts;
  }
}
