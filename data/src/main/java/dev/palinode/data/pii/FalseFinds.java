package dev.palinode.data.pii;

import dev.palinode.pii.PersonalData;
import dev.palinode.pii.PersonalDataFinder;
import dev.palinode.pii.PiiTypeFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Finds in texts that identify nobody. Such texts do contain names, such as those of the children
 * in GSM8K or Napoleon in MMLU: finding them is correct, but they are not personal data.
 *
 * @param source the file's name
 * @param words number of words, separated by white space
 * @param byType number of finds of each type, whether it counts or not
 * @param counted number of finds of types that count
 */
public record FalseFinds(
    String source, long words, Map<PersonalData.Type, Integer> byType, int counted) {
  public FalseFinds {
    byType = Map.copyOf(byType);
  }

  static FalseFinds in(
      String source, List<String> texts, PersonalDataFinder finder, PiiTypeFilter types) {
    long words = 0;
    List<PersonalData> found = new ArrayList<>();
    for (String text : texts) {
      words += text.isBlank() ? 0 : text.strip().split("\\s+").length;
      found.addAll(finder.find(text, true));
    }
    return new FalseFinds(source, words, PiiTypeFilter.byType(found), types.of(found).size());
  }

  /** Finds per thousand words; 0 if there are no words. */
  public double perThousandWords(int finds) {
    return words == 0 ? 0 : 1000.0 * finds / words;
  }
}
