package dev.palinode.demo;

import dev.palinode.evaluation.statistics.Estimate;
import dev.palinode.report.Table;
import java.util.List;

/**
 * What a paper found, and whether it shows in a world.
 *
 * @param claim of the paper
 * @param paper its figures
 * @param here the world's figures
 * @param verdict whether the claim holds here
 */
public record Shape(String claim, String paper, String here, String verdict) {
  private static final String ONE = "one seed cannot tell";

  /** The largest loss of a rate that still counts as none, in points. */
  private static final int MARGIN = 5;

  /** The shapes one below the other. */
  public static Table table(List<Shape> shapes) {
    Table table = new Table().left("claim", "does it show?", "here", "in the paper");
    shapes.forEach(each -> table.row(each.claim, each.verdict, each.here, each.paper));
    return table;
  }

  /** The verdict on a claim that holds for some of the seeds. */
  public static String ofSeeds(long holds, long seeds) {
    if (seeds == 0) {
      return "not measured";
    }
    String on = "on %s of %s".formatted(holds, seeds == 1 ? "1 seed" : seeds + " seeds");
    return holds == seeds ? "yes, " + on : holds == 0 ? "no, " + on : on;
  }

  /** The verdict on the claim that a difference is above 0. */
  public static String above(Estimate difference) {
    if (difference.clusters() < 2) {
      return ONE;
    }
    return difference.low() > 0
        ? "yes"
        : difference.high() < 0 ? "no, the opposite" : "not beyond the noise";
  }

  /**
   * The verdict on the claim that a rate is not lower. That a loss is not beyond the noise does not
   * show that there is none: the whole interval must lie above a margin.
   */
  public static String notLower(Estimate difference) {
    if (difference.clusters() < 2) {
      return ONE;
    }
    return difference.high() < 0
        ? "no"
        : 100 * difference.low() > -MARGIN
            ? "yes, to within " + MARGIN + " points"
            : "no loss beyond the noise, but it may be %s points"
                .formatted(Figures.percent(-difference.low()));
  }
}
