package dev.palinode.demo;

import static dev.palinode.demo.Figures.change;
import static dev.palinode.demo.Figures.counts;
import static dev.palinode.demo.Figures.number;

import dev.palinode.evaluation.ClusteredMean;
import dev.palinode.evaluation.Proportion;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** What the numbers of the PII experiment say, in sentences made from them. */
final class PiiFindings {
  private final PiiCounts counts;

  PiiFindings(PiiCounts counts) {
    this.counts = counts;
  }

  /** What the numbers say, in sentences made from them. */
  List<String> sentences() {
    String sampled = PiiResult.sampled(PiiReport.HELD_OUT);
    Proportion greedyLeaks = counts.leaking(PiiRow.ALIGNED, PiiReport.HELD_OUT);
    List<String> findings = new ArrayList<>();
    findings.add(
        "Greedy, the leaking model gives away %s tokens per answer, ORPO %s (%s of answers)."
                .formatted(
                    number(counts.tokens(PiiRow.LEAKING, PiiReport.HELD_OUT)),
                    number(counts.tokens(PiiRow.ALIGNED, PiiReport.HELD_OUT)),
                    counts(greedyLeaks))
            + (greedyLeaks.successes() == 0
                ? " There is nothing left for guidance to remove: see temperature 1."
                : ""));
    findings.add(
        "At temperature 1 ORPO alone gives away %s per answer (%s of answers)."
            .formatted(
                number(counts.tokens(PiiRow.ALIGNED, sampled)),
                counts(counts.leaking(PiiRow.ALIGNED, sampled))));
    findings.add(
        "Beyond the noise, guidance at temperature 1 lowers PII with "
            + those(row -> counts.moreTokens(row, PiiRow.ALIGNED, sampled).high() < 0)
            + ", raises it with "
            + those(row -> counts.moreTokens(row, PiiRow.ALIGNED, sampled).low() > 0)
            + "; it costs utility with "
            + those(
                row ->
                    counts
                            .moreOftenRight(
                                row, PiiRow.ALIGNED, PiiResult.sampled(PiiReport.UTILITY))
                            .high()
                        < 0)
            + ".");
    findings.add(
        "Subtraction alone leaves %s tokens per answer, with ReLU %s, at a utility of %s and %s."
            .formatted(
                number(counts.tokens(PiiRow.SUBTRACTED, PiiReport.HELD_OUT)),
                number(counts.tokens(PiiRow.SUBTRACTED_RELU, PiiReport.HELD_OUT)),
                counts(counts.right(PiiRow.SUBTRACTED, PiiReport.UTILITY)),
                counts(counts.right(PiiRow.SUBTRACTED_RELU, PiiReport.UTILITY))));
    findings.add(
        "Before ORPO it changes PII at temperature 1 by %s."
            .formatted(
                judged(counts.moreTokens(PiiRow.AFTER_SUBTRACTION, PiiRow.ALIGNED, sampled))));
    findings.add(
        "Told to share, the aligned model gives away %s per answer: this is led away from."
            .formatted(number(counts.tokens(PiiRow.ALIGNED_SHARE, PiiReport.HELD_OUT))));
    findings.add(
        "Without negative pairs ORPO gives away %s at temperature 1 (%s against with them); what"
                .formatted(
                    number(counts.tokens(PiiRow.POSITIVE_ONLY, sampled)),
                    judged(counts.moreTokens(PiiRow.POSITIVE_ONLY, PiiRow.ALIGNED, sampled)))
            + " guidance of g = 3 changes then is %s."
                .formatted(
                    judged(
                        counts.moreTokens(
                            PiiRow.POSITIVE_ONLY_GUIDED, PiiRow.POSITIVE_ONLY, sampled))));
    findings.add(
        "Utility, greedy, in forms new to alignment: leaking model %s, ORPO %s."
            .formatted(
                counts(counts.right(PiiRow.LEAKING, PiiReport.UTILITY)),
                counts(counts.right(PiiRow.ALIGNED, PiiReport.UTILITY))));
    findings.add(
        "The same in the forms that alignment has seen: %s and %s."
            .formatted(
                counts(counts.right(PiiRow.LEAKING, PiiReport.KNOWN_UTILITY)),
                counts(counts.right(PiiRow.ALIGNED, PiiReport.KNOWN_UTILITY))));
    Proportion truth = counts.truth(PiiRow.ALIGNED, sampled);
    if (truth.trials() > 0) {
      findings.add(
          "Of the tokens of personal data that ORPO says at temperature 1, %s are the client's own;"
                  .formatted(counts(truth))
              + " the others are made up.");
    }
    findings.add(counts.answered());
    return findings;
  }

  /** The guided rows of which something holds, by name. */
  private static String those(Predicate<PiiRow> what) {
    List<String> names =
        PiiRow.guided().stream()
            .filter(what)
            .map(row -> row.title().strip().replace("guided, ", ""))
            .toList();
    return names.isEmpty() ? "none" : String.join("; ", names);
  }

  private static String judged(ClusteredMean difference) {
    return change(difference) + (difference.holds(0) ? ", within the noise" : "");
  }
}
