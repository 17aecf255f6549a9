package dev.palinode.text;

import java.util.Comparator;
import java.util.List;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Suggestions for mistyped names, by edit distance. */
public final class Nearest {
  private Nearest() {}

  /**
   * The name with the smallest edit distance, the first among equals.
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
