package dev.palinode.evaluation;

import java.util.List;

/**
 * How much more often one model succeeds than another on the same prompts, with an interval that
 * knows that prompts come in clusters: several wordings of one question fail together, so that a
 * hundred of them are no hundred trials.
 *
 * @param difference rate of the first minus rate of the second, -1 to 1
 * @param interval 95%, by a bootstrap that draws whole clusters (10,000 draws of a fixed seed,
 *     percentiles), see {@link ClusteredMean}
 * @param prompts number of pairs
 * @param clusters number of clusters
 */
public record PairedDifference(double difference, Interval interval, int prompts, int clusters) {
  /**
   * Both models' outcomes on one prompt.
   *
   * @param cluster what the prompt has in common with others
   */
  public record Pair(Object cluster, boolean first, boolean second) {}

  /**
   * The difference over these prompts.
   *
   * @param pairs at least one
   */
  public static PairedDifference of(List<Pair> pairs) {
    if (pairs.isEmpty()) {
      throw new IllegalArgumentException("no prompts to compare on");
    }
    ClusteredMean mean =
        ClusteredMean.of(
            pairs.stream()
                .map(
                    pair ->
                        new ClusteredMean.Value(
                            pair.cluster(), (pair.first() ? 1 : 0) - (pair.second() ? 1 : 0)))
                .toList());
    return new PairedDifference(
        mean.mean(), new Interval(mean.low(), mean.high()), mean.values(), mean.clusters());
  }
}
