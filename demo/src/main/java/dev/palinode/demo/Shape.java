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
  /** Said where a paper has no figures, and of a claim that runs are missing for. */
  public static final String NOT_MEASURED = "not measured";

  private static final String ONE = "one seed cannot tell";

  /** A loss of a rate is small below this, in points. */
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
      return NOT_MEASURED;
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
   * show that there is none: for a yes, the whole interval must lie above a small loss. A loss that
   * is beyond the noise is named, however small it is.
   */
  public static String notLower(Estimate difference) {
    if (difference.clusters() < 2) {
      return ONE;
    }
    boolean isLoss = difference.high() < 0;
    if (100 * difference.low() > -MARGIN) {
      return isLoss
          ? "a loss, but of less than " + MARGIN + " points"
          : "yes, to within " + MARGIN + " points";
    }
    return isLoss
        ? "no"
        : "no loss beyond the noise, but it may be %s points"
            .formatted(Figures.percent(-difference.low()));
  }
}
