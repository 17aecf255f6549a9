package dev.palinode.data.pairs;

import dev.palinode.data.importing.ImportResult;
import dev.palinode.data.record.Manifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Result of making pairs.
 *
 * @param imported counts of the preference files
 * @param utility counts of the utility files; null if there are none
 * @param utilityWanted number of utility examples that were requested
 */
public record PairsResult(
    ImportResult imported, PairReport pairs, @Nullable ImportResult utility, long utilityWanted) {
  /** Number of pairs that were already labelled in the input. */
  public long given() {
    return imported.taken() - pairs.total();
  }

  /** Number of pairs that were written. */
  public long made() {
    return pairs.kept() + given();
  }

  /** Adds all counts to a manifest. */
  void addTo(Manifest manifest) {
    imported.addTo(manifest, "");
    for (LabelledPair.Outcome outcome : LabelledPair.Outcome.values()) {
      manifest.count("pairs_" + outcome.name().toLowerCase(Locale.ROOT), pairs.count(outcome));
    }
    manifest.count("pairs_given", given()).count("records_not_paired", imported.others());
    if (utility != null) {
      utility.addTo(manifest, "utility_");
      manifest
          .count("utility_available", utility.taken())
          .count("utility_wanted", utilityWanted)
          .count("utility_drawn", Math.min(utilityWanted, utility.taken()));
    }
  }

  /** Human-readable summary. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>(imported.lines());
    lines.add(
        String.format(
            Locale.ROOT,
            "%,d pairs (%,d of them came labelled); %,d records are no pairs",
            made(),
            given(),
            imported.others()));
    lines.add(
        utility == null
            ? "no utility rows"
            : String.format(
                Locale.ROOT,
                "%,d utility rows drawn of %,d (%,d wanted); screened out of them: %s",
                Math.min(utilityWanted, utility.taken()),
                utility.taken(),
                utilityWanted,
                utility.screened().summary()));
    return lines;
  }

  /** The whole report as Markdown. */
  public String toMarkdown(String judge) {
    StringBuilder text = new StringBuilder("# Pairs\n\nJudge: ").append(judge).append("\n\n");
    lines().forEach(line -> text.append("- ").append(line).append('\n'));
    imported.screened().examples().forEach(each -> text.append("  - ").append(each).append('\n'));
    if (pairs.total() > 0) {
      text.append("\n# Labels\n\n").append(pairs.toMarkdown());
    }
    return text.toString();
  }
}
