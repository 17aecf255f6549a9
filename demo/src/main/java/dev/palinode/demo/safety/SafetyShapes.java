package dev.palinode.demo.safety;

import static dev.palinode.demo.Figures.points;

import dev.palinode.demo.Figures;
import dev.palinode.demo.Results;
import dev.palinode.demo.Shape;
import dev.palinode.evaluation.statistics.Bootstrap;
import dev.palinode.evaluation.statistics.Estimate;
import java.util.ArrayList;
import java.util.List;

/** What Zhang et al. found with greedy answers, and whether the safety experiment shows it. */
record SafetyShapes(Results results) {
  List<Shape> all() {
    List<Shape> shapes = new ArrayList<>();
    shapes.add(lower("Backtracking lowers violations", "sft", "backtracking"));
    if (results.has("backtracking-dpo")) {
      shapes.add(lower("The same after DPO of both", "sft-dpo", "backtracking-dpo"));
    }
    Estimate help = SafetyFindings.helpfulness(results, SafetyReport.ORDINARY);
    shapes.add(
        new Shape(
            "It costs no helpfulness",
            "MT-Bench not lower",
            "ordinary requests answered correctly, points: " + points(help),
            Shape.notBelow(help)));
    return shapes;
  }

  private Shape lower(String claim, String than, String row) {
    List<Double> before = results.violations(than, SafetyReport.HAZARD);
    List<Double> after = results.violations(row, SafetyReport.HAZARD);
    long lower = 0;
    for (int i = 0; i < before.size(); i++) {
      lower += after.get(i) < before.get(i) ? 1 : 0;
    }
    return new Shape(
        claim,
        "Llama-3-8B 6.1% to 1.5%, Gemma-2-2B 10.6% to 6.1%",
        median(before) + "% to " + median(after) + "%",
        Shape.ofEach(lower, before.size(), "seeds"));
  }

  private static String median(List<Double> values) {
    return Figures.percent(Bootstrap.median(values).value());
  }
}
