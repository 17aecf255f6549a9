package dev.palinode.data.pairs;

import dev.palinode.data.Manifest;
import dev.palinode.data.importing.ImportResult;
import dev.palinode.data.screening.ScreeningReport;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What came of making pairs.
 *
 * @param imported rows of the preference files
 * @param screened what was left out of them
 * @param pairs what became of the preferences that were labelled
 * @param given pairs that came with their labels
 * @param notPaired records of other kinds, which were left out
 * @param utility what was drawn of utility files; null if there are none
 */
public record PairsResult(
    ImportResult imported,
    ScreeningReport screened,
    PairReport pairs,
    long given,
    long notPaired,
    @Nullable UtilityDraw utility) {
  /** Pairs that were written. */
  public long made() {
    return pairs.kept() + given;
  }

  /** The same, with what was drawn of utility files. */
  PairsResult with(UtilityDraw drawn) {
    return new PairsResult(imported, screened, pairs, given, notPaired, drawn);
  }

  /** States all counts in a manifest. */
  void addTo(Manifest manifest) {
    imported.addTo(manifest, "");
    screened.addTo(manifest, "");
    for (PairOutcome outcome : PairOutcome.values()) {
      manifest.count("pairs_" + outcome.name().toLowerCase(Locale.ROOT), pairs.count(outcome));
    }
    manifest.count("pairs_given", given).count("records_not_paired", notPaired);
    if (utility != null) {
      utility.imported().addTo(manifest, "utility_");
      utility.screened().addTo(manifest, "utility_");
      manifest
          .count("utility_available", utility.available())
          .count("utility_wanted", utility.wanted())
          .count("utility_drawn", utility.drawn());
    }
  }

  /** What was done, in lines for people. */
  public List<String> lines() {
    String paired =
        String.format(
            Locale.ROOT,
            "%,d pairs (%,d of them came labelled); %,d records are no pairs",
            made(),
            given,
            notPaired);
    String drawn =
        utility == null
            ? "no utility rows"
            : String.format(
                Locale.ROOT,
                "%,d utility rows drawn of %,d (%,d wanted); screened out of them: %s",
                utility.drawn(),
                utility.available(),
                utility.wanted(),
                utility.screened().words());
    return List.of(
        "rows: " + imported.report(), "screened out: " + screened.words(), paired, drawn);
  }

  /** The whole report. */
  public String toMarkdown(String judge) {
    StringBuilder text = new StringBuilder("# Pairs\n\nJudge: ").append(judge).append("\n\n");
    lines().forEach(line -> text.append("- ").append(line).append('\n'));
    screened.examples().forEach(each -> text.append("  - ").append(each).append('\n'));
    if (pairs.total() > 0) {
      text.append("\n# Labels\n\n").append(pairs.toMarkdown());
    }
    return text.toString();
  }
}
