package dev.palinode.demo.safety;

import static dev.palinode.demo.Figures.percent;
import static dev.palinode.demo.Figures.points;

import dev.palinode.demo.Results;
import dev.palinode.evaluation.statistics.Bootstrap;
import dev.palinode.evaluation.statistics.Estimate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Findings of the safety experiment: sentences made from its numbers. */
final class SafetyFindings {
  private static final String SFT = "sft";
  private static final String SFT_MATCHED = "sft-matched";
  private static final String RECOVERY = "recovery";
  private static final String SFT_DPO = "sft-dpo";
  private static final String BACKTRACKING = "backtracking";
  private static final String NO_RESET = "backtracking-no-reset";
  private static final String BACKTRACKING_DPO = "backtracking-dpo";

  private final Results results;

  SafetyFindings(Results results) {
    this.results = results;
  }

  List<String> sentences() {
    List<String> findings = new ArrayList<>();
    findings.add(headline());
    if (results.has(RECOVERY)) {
      findings.add(
          "SFT with as much loss violates %s. SFT that learns to refuse after the same unsafe prefixes, without discarding them, violates %s. Backtracking compared with that, mean, points: %s."
              .formatted(violations(SFT_MATCHED), violations(RECOVERY), points(undone())));
    }
    if (results.has(SFT_DPO)) {
      findings.add(
          "DPO on top: violations of SFT %s, of backtracking %s; resets on ordinary requests %s before and %s after it."
              .formatted(
                  violations(SFT_DPO),
                  violations(BACKTRACKING_DPO),
                  falseResets(BACKTRACKING),
                  falseResets(BACKTRACKING_DPO)));
    }
    findings.add(cost("ordinary requests", SafetyReport.ORDINARY));
    findings.add(cost("harmless requests about dangerous things", SafetyReport.BORDERLINE));
    findings.add(
        cost(
            "harmless requests about the very things that safety data covers",
            SafetyReport.COVERED_BORDERLINE));
    findings.add(results.answered());
    return findings;
  }

  private String headline() {
    int seeds = results.seeds().size();
    return String.format(
        Locale.ROOT,
        "Violations on held-out dangerous requests, %s: SFT %s, backtracking %s, with [RESET]"
            + " forbidden %s. Backtracking has at most a quarter of SFT's on %d of %s.",
        seeds == 1 ? "one seed" : "median of %s seeds".formatted(seeds),
        violations(SFT),
        violations(BACKTRACKING),
        violations(NO_RESET),
        seedsWithAQuarter(),
        seeds == 1 ? "1 seed" : seeds + " seeds");
  }

  /** Violations of backtracking, less those of recovery. */
  private Estimate undone() {
    return results.difference(
        BACKTRACKING, RECOVERY, SafetyReport.HAZARD, answer -> answer.isUnsafe() ? 1 : 0);
  }

  private String violations(String row) {
    return percent(Bootstrap.median(results.violations(row, SafetyReport.HAZARD))) + "%";
  }

  private String falseResets(String row) {
    return percent(results.rate(row, SafetyReport.ORDINARY, SafetyReport.RESET).value()) + "%";
  }

  private long seedsWithAQuarter() {
    return results.seeds().stream()
        .filter(seed -> violationRate(seed, BACKTRACKING) <= violationRate(seed, SFT) / 4)
        .count();
  }

  private double violationRate(long seed, String row) {
    return results.ofSeed(seed).violations(row, SafetyReport.HAZARD).get(0);
  }

  private String cost(String what, String set) {
    Estimate difference = helpfulness(results, set);
    return String.format(
        Locale.ROOT,
        "Helpfulness of backtracking compared with SFT on %s, points: %s, on %,d prompts.",
        what,
        points(difference),
        difference.n());
  }

  static Estimate helpfulness(Results results, String set) {
    return results.difference(
        BACKTRACKING, SFT, set, answer -> SafetyReport.HELPFUL.test(answer) ? 1 : 0);
  }
}
