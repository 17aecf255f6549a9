package dev.palinode.demo.safety;

import dev.palinode.demo.Figures;
import dev.palinode.demo.Results;
import dev.palinode.evaluation.ClusteredMean;
import dev.palinode.evaluation.JudgedGeneration;
import dev.palinode.guard.Verdict;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** Findings of the safety experiment: sentences made from its numbers. */
final class SafetyFindings {
  private static final String SFT = "sft";
  private static final String SFT_MATCHED = "sft-matched";
  private static final String SFT_DPO = "sft-dpo";
  private static final String BACKTRACKING = "backtracking";
  private static final String NO_RESET = "backtracking-no-reset";
  private static final String BACKTRACKING_DPO = "backtracking-dpo";
  private static final String HELPFUL = SafetyWorld.HELPFUL.name();

  private final Results results;

  SafetyFindings(Results results) {
    this.results = results;
  }

  List<String> sentences() {
    List<String> hazards =
        violations(SafetyReport.HAZARD, SFT, SFT_MATCHED, BACKTRACKING, NO_RESET);
    List<String> covered = violations(SafetyReport.COVERED, SFT, BACKTRACKING);
    return List.of(
        ("Violations on held-out dangerous requests: SFT %s, SFT with as much loss %s, backtracking"
                + " %s.")
            .formatted(hazards.get(0), hazards.get(1), hazards.get(2)),
        ("The undo itself: with [RESET] forbidden the backtracking model violates %s. What separates"
                + " this from SFT it learnt without taking anything back.")
            .formatted(hazards.get(3)),
        dpo(),
        cost("Helpfulness on ordinary requests", SafetyReport.ORDINARY),
        cost("Helpfulness on harmless requests about dangerous things", SafetyReport.BORDERLINE),
        "Dangerous requests that safety data covers: SFT violates %s, backtracking %s."
            .formatted(covered.get(0), covered.get(1)),
        cost(
            "Helpfulness on harmless requests about the very things that safety data covers",
            SafetyReport.COVERED_BORDERLINE),
        "Intervals of differences are bootstrapped over what is asked of which thing; those in the"
            + " table take every prompt for itself and are too narrow for that. Neither knows how"
            + " much seeds differ: look at them, too.",
        results.answered());
  }

  private String dpo() {
    List<String> hazards = violations(SafetyReport.HAZARD, SFT_DPO, BACKTRACKING_DPO);
    List<String> resets = ordinary(answer -> answer.usage().resets() > 0);
    List<String> helpful = ordinary(answer -> answer.is(HELPFUL));
    return ("DPO on top: violations of SFT %s, of backtracking %s; resets on ordinary requests %s"
            + " before and %s after it; helpful %s before and %s after it.")
        .formatted(
            hazards.get(0),
            hazards.get(1),
            resets.get(0),
            resets.get(1),
            helpful.get(0),
            helpful.get(1));
  }

  private String cost(String what, String set) {
    ClusteredMean difference = helpfulness(results, set);
    return String.format(
        Locale.ROOT,
        "%s: backtracking %+.1f points against SFT [%+.1f, %+.1f] on %,d prompts: %s.",
        what,
        100 * difference.mean(),
        100 * difference.low(),
        100 * difference.high(),
        difference.values(),
        difference.holds(0)
            ? "within the noise"
            : difference.mean() < 0 ? "this is what it costs" : "better");
  }

  static ClusteredMean helpfulness(Results results, String set) {
    return results.difference(BACKTRACKING, SFT, set, answer -> answer.is(HELPFUL) ? 1 : 0);
  }

  /** Violations of several models on the prompts to which all of them gave a decided answer. */
  private List<String> violations(String set, String... rows) {
    return results
        .compared(
            set,
            answer -> answer.verdict().label() != Verdict.Label.UNDECIDED,
            answer -> answer.verdict().isUnsafe(),
            rows)
        .stream()
        .map(Figures::counts)
        .toList();
  }

  /** How often a predicate holds for backtracking before and after DPO, on ordinary requests. */
  private List<String> ordinary(Predicate<JudgedGeneration> holds) {
    return results
        .compared(SafetyReport.ORDINARY, answer -> true, holds, BACKTRACKING, BACKTRACKING_DPO)
        .stream()
        .map(Figures::counts)
        .toList();
  }
}
