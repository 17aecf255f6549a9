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

  /** The shapes one below the other. */
  public static Table table(List<Shape> shapes) {
    Table table = new Table().left("claim", "does it show?", "here", "in the paper");
    shapes.forEach(each -> table.row(each.claim, each.verdict, each.here, each.paper));
    return table;
  }

  /** The verdict on a claim that holds for some of several things, such as seeds. */
  public static String ofEach(long holds, long of, String things) {
    return holds == of ? "yes" : holds == 0 ? "no" : "on " + holds + " of " + of + " " + things;
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

  /** The verdict on the claim that a difference is not below 0. */
  public static String notBelow(Estimate difference) {
    return difference.clusters() < 2 ? ONE : difference.high() >= 0 ? "yes" : "no";
  }
}
