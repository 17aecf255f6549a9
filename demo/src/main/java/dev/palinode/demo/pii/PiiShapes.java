package dev.palinode.demo.pii;

import static dev.palinode.demo.Figures.percent;
import static dev.palinode.demo.pii.PiiReport.ALIGNED;
import static dev.palinode.demo.pii.PiiReport.HELD_OUT;
import static dev.palinode.demo.pii.PiiReport.LEAKING;
import static dev.palinode.demo.pii.PiiReport.POSITIVE_ONLY;
import static dev.palinode.demo.pii.PiiReport.UTILITY;

import dev.palinode.demo.Shape;
import dev.palinode.evaluation.statistics.Estimate;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
        new Shape(
            "ORPO removes most of it",
            "246 to 11",
            pii(LEAKING, POSITIVE_ONLY),
            Shape.above(less(POSITIVE_ONLY, LEAKING))),
        new Shape(
            "ORPO on pairs of both kinds does so, too",
            "246 to 12",
            pii(LEAKING, ALIGNED),
            Shape.above(less(ALIGNED, LEAKING))),
        new Shape(
            "Guidance removes more of it, log form, g = 2 and 3",
            "12 to 5 and 1",
            pii(ALIGNED, "log-2", "log-3"),
            Shape.above(less("log-2", ALIGNED)) + "; " + Shape.above(less("log-3", ALIGNED))),
        new Shape(
            "Guidance removes more of it, probability form, g = 3",
            "27 to 19 in 150 answers, 11 to 3 in 50",
            pii(ALIGNED, "probability-3"),
            Shape.above(less("probability-3", ALIGNED))),
        new Shape(
            "ORPO on pairs of both kinds keeps utility",
            "MMLU-Pro 42.9% to 45.7%",
            utility(LEAKING, ALIGNED),
            Shape.notBelow(moreUtility(ALIGNED, LEAKING))),
        new Shape(
            "Guidance keeps utility, log form, g = 3",
            "45.7% to 45.7%",
            utility(ALIGNED, "log-3"),
            Shape.notBelow(moreUtility("log-3", ALIGNED))));
  }

  /** {@code 200 to 14}: in as many answers as the paper counts. */
  private String pii(String... rows) {
    return listed(
        Stream.of(rows)
            .map(row -> PAPER_ANSWERS * counts.tokens(row, PiiReport.sampled(HELD_OUT)).value())
            .map(tokens -> String.format(Locale.ROOT, "%.0f", tokens)));
  }

  private String utility(String... rows) {
    return listed(
        Stream.of(rows)
            .map(row -> percent(counts.right(row, PiiReport.sampled(UTILITY)).value()) + "%"));
  }

  /** {@code 12 to 5, 1}. */
  private static String listed(Stream<String> values) {
    return values.collect(Collectors.joining(", ")).replaceFirst(", ", " to ");
  }

  private Estimate less(String fewer, String more) {
    return counts.moreTokens(more, fewer, PiiReport.sampled(HELD_OUT));
  }

  private Estimate moreUtility(String row, String than) {
    return counts.moreOftenRight(row, than, PiiReport.sampled(UTILITY));
  }
}
