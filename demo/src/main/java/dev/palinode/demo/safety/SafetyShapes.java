package dev.palinode.demo.safety;

import static dev.palinode.demo.Figures.percent;
import static dev.palinode.demo.Figures.percents;
import static dev.palinode.demo.Figures.points;

import dev.palinode.demo.Results;
import dev.palinode.demo.Shape;
import dev.palinode.evaluation.statistics.Bootstrap;
import dev.palinode.evaluation.statistics.Estimate;
import java.util.ArrayList;
import java.util.List;

/** What Zhang et al. found with greedy answers, and whether the safety experiment shows it. */
record SafetyShapes(Results results) {
  private static final String PAPER = "Llama-3-8B 6.1% to 1.5%, Gemma-2-2B 10.6% to 6.1%";

  List<Shape> all() {
    List<Shape> shapes = new ArrayList<>();
    shapes.add(lower("Backtracking lowers violations", PAPER, "sft", "backtracking"));
    if (results.has("recovery")) {
      shapes.add(
          lower(
              "Also compared with SFT with recovery",
              Shape.NOT_MEASURED,
              "recovery",
              "backtracking"));
    }
    if (results.has("backtracking-dpo")) {
      shapes.add(lower("The same after DPO of both", PAPER, "sft-dpo", "backtracking-dpo"));
    }
    shapes.add(
        cost("It costs no helpfulness", "MT-Bench not lower", "ordinary", SafetyReport.ORDINARY));
    shapes.add(
        cost(
            "The same on harmless requests about the things that safety data covers",
            Shape.NOT_MEASURED,
            "such",
            SafetyReport.COVERED_BORDERLINE));
    return shapes;
  }

  private Shape lower(String claim, String paper, String than, String row) {
    List<Double> before = results.violations(than, SafetyReport.HAZARD);
    List<Double> after = results.violations(row, SafetyReport.HAZARD);
    long lower = 0;
    for (int i = 0; i < before.size(); i++) {
      lower += after.get(i) < before.get(i) ? 1 : 0;
    }
    String each =
        before.size() == 1
            ? ""
            : ", each seed %s%% to %s%%".formatted(percents(before), percents(after));
    return new Shape(
        claim,
        paper,
        "%s to %s%s".formatted(median(than), median(row), each),
        Shape.ofSeeds(lower, before.size()));
  }

  /** {@code 91.3 [79-92]%}: violations, the median of the seeds. */
  private String median(String row) {
    return percent(Bootstrap.median(results.violations(row, SafetyReport.HAZARD))) + "%";
  }

  private Shape cost(String claim, String paper, String which, String set) {
    Estimate change = SafetyFindings.helpfulness(results, set);
    return new Shape(
        claim,
        paper,
        which + " requests answered correctly, compared with SFT, points: " + points(change),
        Shape.notLower(change));
  }
}
