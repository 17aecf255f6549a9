package dev.palinode.data.pairs;

import dev.palinode.data.importing.Intake;
import dev.palinode.data.record.Manifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Result of making pairs.
 *
 * @param intake counts of the preference files
 * @param pairs report on the pairs that were labelled
 * @param utility sample of the utility files; null if there are none
 */
public record PairsResult(Intake intake, PairReport pairs, @Nullable UtilitySampler utility) {
  /** Number of pairs that were already labelled in the input. */
  public long given() {
    return intake.taken() - pairs.total();
  }

  /** Number of pairs that were written. */
  public long made() {
    return pairs.kept() + given();
  }

  /** Adds all counts to a manifest. */
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

  /** Human-readable summary. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>(intake.lines());
    lines.add(
        String.format(
            Locale.ROOT,
            "%,d pairs (%,d of them came labelled); %,d records are no pairs",
            made(),
            given(),
            intake.others()));
    lines.add(utility == null ? "no utility rows" : utility.summary());
    return lines;
  }

  /** The whole report as Markdown. */
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
