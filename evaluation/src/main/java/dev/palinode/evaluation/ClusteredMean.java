package dev.palinode.evaluation;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A mean over prompts, with a bootstrap interval over clusters: several wordings of one question,
 * or several samples of one answer, are a cluster, as they are not independent trials.
 *
 * @param mean over all values, of any cluster
 * @param low lower end of the 95% interval, by a bootstrap that draws whole clusters (10,000 draws
 *     of a fixed seed, percentiles)
 * @param high its upper end
 * @param values number of values
 * @param clusters number of clusters
 */
public record ClusteredMean(double mean, double low, double high, int values, int clusters) {
  private static final int DRAWS = 10_000;

  /**
   * The value of one prompt.
   *
   * @param cluster equal for all prompts of a cluster
   */
  public record Value(Object cluster, double value) {}

  /**
   * The mean of these values.
   *
   * @param values at least one
   */
  public static ClusteredMean of(List<Value> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("no values to take the mean of");
    }
    Map<Object, double[]> sums = new LinkedHashMap<>(); // per cluster: sum, number of values
    for (Value value : values) {
      double[] sum = sums.computeIfAbsent(value.cluster(), cluster -> new double[2]);
      sum[0] += value.value();
      sum[1]++;
    }
    double[][] clusters = sums.values().toArray(double[][]::new);
    double[] draws = new double[DRAWS];
    SplittableRandom random = new SplittableRandom(0);
    for (int draw = 0; draw < DRAWS; draw++) {
      double total = 0;
      double count = 0;
      for (int i = 0; i < clusters.length; i++) {
        double[] cluster = clusters[random.nextInt(clusters.length)];
        total += cluster[0];
        count += cluster[1];
      }
      draws[draw] = total / count;
    }
    Arrays.sort(draws);
    return new ClusteredMean(
        Arrays.stream(clusters).mapToDouble(cluster -> cluster[0]).sum() / values.size(),
        draws[(int) (0.025 * DRAWS)],
        draws[(int) (0.975 * DRAWS)],
        values.size(),
        clusters.length);
  }

  /** Whether the interval contains a number. */
  public boolean holds(double number) {
    return low <= number && number <= high;
  }
}
