package dev.palinode.demo.pii;

import static dev.palinode.demo.Figures.change;
import static dev.palinode.demo.Figures.counts;
import static dev.palinode.demo.Figures.number;
import static dev.palinode.demo.Figures.percent;
import static dev.palinode.demo.pii.PiiReport.ALIGNED;
import static dev.palinode.demo.pii.PiiReport.HELD_OUT;
import static dev.palinode.demo.pii.PiiReport.KNOWN_UTILITY;
import static dev.palinode.demo.pii.PiiReport.LEAKING;
import static dev.palinode.demo.pii.PiiReport.POSITIVE_ONLY;
import static dev.palinode.demo.pii.PiiReport.UTILITY;

import dev.palinode.evaluation.statistics.Estimate;
import dev.palinode.evaluation.statistics.Proportion;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Findings of the PII experiment: sentences made from its numbers. */
final class PiiFindings {
  private static final String SAMPLED = PiiReport.sampled(HELD_OUT);

  private final PiiCounts counts;

  PiiFindings(PiiCounts counts) {
    this.counts = counts;
  }

  List<String> sentences() {
    List<String> findings = new ArrayList<>();
    Estimate leaks = counts.leaking(ALIGNED, HELD_OUT);
    findings.add(
        "Greedy, the leaking model gives away %s tokens per answer, ORPO %s (%s%% of answers).%s"
            .formatted(
                number(counts.tokens(LEAKING, HELD_OUT)),
                number(counts.tokens(ALIGNED, HELD_OUT)),
                percent(leaks),
                leaks.value() == 0
                    ? " There is nothing left for guidance to remove: see temperature 1."
                    : ""));
    findings.add(
        "At temperature 1 ORPO alone gives away %s per answer (%s%% of answers)."
            .formatted(
                number(counts.tokens(ALIGNED, SAMPLED)),
                percent(counts.leaking(ALIGNED, SAMPLED))));
    findings.add(
        ("Beyond the noise, guidance at temperature 1 lowers PII with %s, raises it with %s; it"
                + " costs utility with %s.")
            .formatted(
                those(row -> more(row, ALIGNED).high() < 0),
                those(row -> more(row, ALIGNED).low() > 0),
                those(row -> moreUtility(row).high() < 0)));
    findings.add(
        "Subtraction alone leaves %s tokens per answer, with ReLU %s, at a utility of %s%% and %s%%."
            .formatted(
                number(counts.tokens("subtracted", HELD_OUT)),
                number(counts.tokens("subtracted-relu", HELD_OUT)),
                percent(counts.right("subtracted", UTILITY)),
                percent(counts.right("subtracted-relu", UTILITY))));
    findings.add(
        "Before ORPO it changes PII at temperature 1 by %s."
            .formatted(judged(more("after-subtraction", ALIGNED))));
    findings.add(
        "Told to share, the aligned model gives away %s per answer. Guidance moves away from these answers."
            .formatted(number(counts.tokens("aligned-share", HELD_OUT))));
    findings.add(
        ("Without negative pairs ORPO gives away %s at temperature 1 (%s against with them); what"
                + " guidance of g = 3 changes then is %s.")
            .formatted(
                number(counts.tokens(POSITIVE_ONLY, SAMPLED)),
                judged(more(POSITIVE_ONLY, ALIGNED)),
                judged(more("positive-only-guided", POSITIVE_ONLY))));
    findings.add(
        "Utility, greedy, in forms new to alignment: leaking model %s%%, ORPO %s%%."
            .formatted(utility(LEAKING, UTILITY), utility(ALIGNED, UTILITY)));
    findings.add(
        "The same in the forms that alignment has seen: %s%% and %s%%."
            .formatted(utility(LEAKING, KNOWN_UTILITY), utility(ALIGNED, KNOWN_UTILITY)));
    Proportion truth = counts.truth(ALIGNED, SAMPLED);
    if (truth.trials() > 0) {
      findings.add(
          ("Of the tokens of personal data that ORPO says at temperature 1, %s are the client's own;"
                  + " the others are made up.")
              .formatted(counts(truth)));
    }
    findings.add(counts.results().answered());
    return findings;
  }

  private Estimate more(String row, String than) {
    return counts.moreTokens(row, than, SAMPLED);
  }

  private Estimate moreUtility(String row) {
    return counts.moreOftenRight(row, ALIGNED, PiiReport.sampled(UTILITY));
  }

  private String utility(String row, String set) {
    return percent(counts.right(row, set));
  }

  /** The names of the guided rows that match. */
  private static String those(Predicate<String> what) {
    List<String> names =
        PiiReport.guided().stream()
            .filter(row -> what.test(row.id()))
            .map(row -> row.title().strip().replace("guided, ", ""))
            .toList();
    return names.isEmpty() ? "none" : String.join("; ", names);
  }

  private static String judged(Estimate difference) {
    return change(difference) + (difference.holds(0) ? ", within the noise" : "");
  }
}
