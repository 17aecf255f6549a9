package dev.palinode.data.pairs;

import dev.palinode.data.importing.Intake;
import dev.palinode.data.record.Manifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What came of making pairs.
 *
 * @param intake of the preference files
 * @param pairs what became of the preferences that were labelled
 * @param utility what was drawn of utility files; null if there are none
 */
public record PairsResult(Intake intake, PairReport pairs, @Nullable UtilitySampler utility) {
  /** Pairs that came with their labels. */
  public long given() {
    return intake.taken() - pairs.total();
  }

  /** Pairs that were written. */
  public long made() {
    return pairs.kept() + given();
  }

  /** States all counts in a manifest. */
  void addTo(Manifest manifest) {
    intake.addTo(manifest, "");
    for (PairOutcome outcome : PairOutcome.values()) {
      manifest.count("pairs_" + outcome.name().toLowerCase(Locale.ROOT), pairs.count(outcome));
    }
    manifest.count("pairs_given", given()).count("records_not_paired", intake.others());
    if (utility != null) {
      utility.addTo(manifest);
    }
  }

  /** What was done, in lines for people. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>(intake.lines());
    lines.add(
        String.format(
            Locale.ROOT,
            "%,d pairs (%,d of them came labelled); %,d records are no pairs",
            made(),
            given(),
            intake.others()));
    lines.add(utility == null ? "no utility rows" : utility.words());
    return lines;
  }

  /** The whole report. */
  public String toMarkdown(String judge) {
    StringBuilder text = new StringBuilder("# Pairs\n\nJudge: ").append(judge).append("\n\n");
    lines().forEach(line -> text.append("- ").append(line).append('\n'));
    intake.screened().examples().forEach(each -> text.append("  - ").append(each).append('\n'));
    if (pairs.total() > 0) {
      text.append("\n# Labels\n\n").append(pairs.toMarkdown());
    }
    return text.toString();
  }
}
