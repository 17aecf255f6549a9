package dev.palinode.text;

import java.util.Comparator;
import java.util.List;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** What somebody may have meant who mistyped a name. */
public final class Nearest {
  private Nearest() {}

  /**
   * The name that is fewest letters away, the first among equals.
   *
   * @param known at least one
   */
  public static String to(String name, List<String> known) {
    LevenshteinDistance distance = LevenshteinDistance.getDefaultInstance();
    return known.stream()
        .min(Comparator.comparingInt(candidate -> distance.apply(name, candidate)))
        .orElseThrow();
  }
}
