package dev.palinode.evaluation;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * How much more often one model succeeds than another on the same prompts, with an interval that
 * knows that prompts come in clusters: several wordings of one question fail together, so that a
 * hundred of them are no hundred trials.
 *
 * @param difference rate of the first minus rate of the second, -1 to 1
 * @param interval 95%, by a bootstrap that draws whole clusters (10,000 draws of a fixed seed,
 *     percentiles)
 * @param prompts number of pairs
 * @param clusters number of clusters
 */
public record PairedDifference(double difference, Interval interval, int prompts, int clusters) {
  private static final int DRAWS = 10_000;

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
    Map<Object, int[]> sums = new LinkedHashMap<>(); // per cluster: gained minus lost, prompts
    for (Pair pair : pairs) {
      int[] sum = sums.computeIfAbsent(pair.cluster(), cluster -> new int[2]);
      sum[0] += (pair.first() ? 1 : 0) - (pair.second() ? 1 : 0);
      sum[1]++;
    }
    int[][] clusters = sums.values().toArray(int[][]::new);
    double[] draws = new double[DRAWS];
    SplittableRandom random = new SplittableRandom(0);
    for (int draw = 0; draw < DRAWS; draw++) {
      long gained = 0;
      long prompts = 0;
      for (int i = 0; i < clusters.length; i++) {
        int[] cluster = clusters[random.nextInt(clusters.length)];
        gained += cluster[0];
        prompts += cluster[1];
      }
      draws[draw] = (double) gained / prompts;
    }
    Arrays.sort(draws);
    double gained = Arrays.stream(clusters).mapToInt(cluster -> cluster[0]).sum();
    return new PairedDifference(
        gained / pairs.size(),
        new Interval(draws[(int) (0.025 * DRAWS)], draws[(int) (0.975 * DRAWS)]),
        pairs.size(),
        clusters.length);
  }
}
