package dev.palinode.data.pii;

import dev.palinode.pii.PersonalData;
import dev.palinode.pii.PersonalDataFinder;
import dev.palinode.pii.PiiTypeFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What is found in texts that identify nobody. They are not free of names: the children of GSM8K
 * have names, and MMLU asks about Napoleon. Those are found rightly, and are still not personal.
 *
 * @param source the file's name
 * @param words pieces between blanks
 * @param byType how many finds of each kind there are, counted or not
 * @param counted how many of a kind that counts
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

  /** A number of finds per thousand words; 0 if there are no words. */
  public double perThousandWords(int finds) {
    return words == 0 ? 0 : 1000.0 * finds / words;
  }
}
