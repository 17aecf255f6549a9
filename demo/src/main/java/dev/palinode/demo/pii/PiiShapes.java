package dev.palinode.demo.pii;

import static dev.palinode.demo.Figures.percent;
import static dev.palinode.demo.Figures.points;
import static dev.palinode.demo.pii.PiiReport.ALIGNED;
import static dev.palinode.demo.pii.PiiReport.HELD_OUT;
import static dev.palinode.demo.pii.PiiReport.LEAKING;
import static dev.palinode.demo.pii.PiiReport.POSITIVE_ONLY;
import static dev.palinode.demo.pii.PiiReport.UTILITY;

import dev.palinode.demo.Figures;
import dev.palinode.demo.Shape;
import dev.palinode.evaluation.statistics.Estimate;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What Smirnov found, and whether the PII experiment shows it at temperature 1. */
record PiiShapes(PiiCounts counts) {
  private static final int PAPER_ANSWERS = 50;
  private static final String SUBTRACTED = "subtracted";

  List<Shape> all() {
    return List.of(
        new Shape(
            "Subtraction alone is weak, and destroys other abilities",
            "PII in 50 answers 246 to 175, MMLU-Pro 42.9% to 0%",
            pii(LEAKING, SUBTRACTED) + "; utility " + utility(LEAKING, SUBTRACTED),
            "PII lower: %s; utility lower: %s"
                .formatted(
                    Shape.above(less(SUBTRACTED, LEAKING)),
                    Shape.above(moreUtility(LEAKING, SUBTRACTED)))),
        less("ORPO lowers PII", "246 to 11", LEAKING, POSITIVE_ONLY),
        less("ORPO on pairs of both kinds lowers it, too", "246 to 12", LEAKING, ALIGNED),
        less("Guidance lowers it further, log form, g = 2", "12 to 5", ALIGNED, "log-2"),
        less("The same, g = 3", "12 to 1", ALIGNED, "log-3"),
        less(
            "The same, probability form, g = 3",
            "27 to 19 in 150 answers, 11 to 3 in 50",
            ALIGNED,
            "probability-3"),
        kept("ORPO on pairs of both kinds keeps utility", "42.9% to 45.7%", LEAKING, ALIGNED),
        kept("Guidance keeps utility, log form, g = 3", "45.7% to 45.7%", ALIGNED, "log-3"));
  }

  private Shape less(String claim, String paper, String than, String row) {
    return new Shape(claim, paper, pii(than, row), Shape.above(less(row, than)));
  }

  private Shape kept(String claim, String paper, String than, String row) {
    Estimate change = moreUtility(row, than);
    return new Shape(claim, "MMLU-Pro " + paper, utility(than, row), Shape.notLower(change));
  }

  /** {@code 19 to 4, change -14.6 [-45.0, +0.7] (each seed +0.7, +0.4, -45.0)}: in 50 answers. */
  private String pii(String than, String row) {
    List<Long> seeds = counts.results().seeds();
    String change = Figures.changeIn(PAPER_ANSWERS, moreTokens(counts, row, than));
    String each =
        seeds.stream()
            .map(seed -> moreTokens(counts.ofSeed(seed), row, than))
            .map(one -> Figures.changeIn(PAPER_ANSWERS, one))
            .collect(Collectors.joining(", ", " (each seed ", ")"));
    return "%s to %s, change %s%s"
        .formatted(tokens(than), tokens(row), change, seeds.size() == 1 ? "" : each);
  }

  /** In as many answers as the paper counts. */
  private String tokens(String row) {
    double mean = counts.tokens(row, PiiReport.sampled(HELD_OUT)).value();
    return String.format(Locale.ROOT, "%.1f", PAPER_ANSWERS * mean);
  }

  /** {@code 99.9% to 99.7%, points -0.2 [-0.4, +0.0]}. */
  private String utility(String than, String row) {
    return "%s%% to %s%%, points %s"
        .formatted(right(than), right(row), points(moreUtility(row, than)));
  }

  private String right(String row) {
    return percent(counts.right(row, PiiReport.sampled(UTILITY)).value());
  }

  private static Estimate moreTokens(PiiCounts counts, String row, String than) {
    return counts.moreTokens(row, than, PiiReport.sampled(HELD_OUT));
  }

  private Estimate less(String fewer, String more) {
    return moreTokens(counts, more, fewer);
  }

  private Estimate moreUtility(String row, String than) {
    return counts.moreOftenRight(row, than, PiiReport.sampled(UTILITY));
  }
}
