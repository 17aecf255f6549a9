package dev.palinode.evaluation.statistics;

import dev.palinode.evaluation.statistics.Estimate.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Estimates with a cluster bootstrap: 95% intervals between the percentiles of 10,000 draws of
 * whole clusters, with replacement and a fixed seed.
 *
 * <p>A cluster is what is independent: several samples of one prompt, or several wordings of one
 * question, are one. Where models were trained with several seeds, and the question is what
 * training does, each seed is one.
 */
public final class Bootstrap {
  private static final int DRAWS = 10_000;

  private Bootstrap() {}

  /**
   * A value of a sample.
   *
   * @param cluster equal for all values of a cluster
   */
  public record Value(Object cluster, double value) {}

  /** The mean of all values, of any cluster; not a number if there are none. */
  public static Estimate mean(List<Value> values) {
    if (values.isEmpty()) {
      return Estimate.ofNothing(Method.CLUSTER_BOOTSTRAP);
    }
    Map<Object, double[]> sums = new LinkedHashMap<>(); // per cluster: sum, number of values
    for (Value value : values) {
      double[] sum = sums.computeIfAbsent(value.cluster(), cluster -> new double[2]);
      sum[0] += value.value();
      sum[1]++;
    }
    double[][] clusters = sums.values().toArray(double[][]::new);
    double mean = Arrays.stream(clusters).mapToDouble(cluster -> cluster[0]).sum() / values.size();
    return estimate(mean, values.size(), clusters.length, drawn -> drawnMean(clusters, drawn));
  }

  /**
   * The mean of values from 0 to 1, such as outcomes of samples. If all are 0, or all are 1, draws
   * of them would be alike, too: then each cluster is a trial of a proportion.
   */
  public static Estimate rate(List<Value> values) {
    Estimate mean = mean(values);
    if (mean.value() != 0 && mean.value() != 1) {
      return mean;
    }
    Estimate clusters =
        new Proportion(mean.value() == 0 ? 0 : mean.clusters(), mean.clusters()).estimate();
    return new Estimate(
        mean.value(), clusters.low(), clusters.high(), mean.n(), mean.clusters(), Method.WILSON);
  }

  private static double drawnMean(double[][] clusters, int[] drawn) {
    double total = 0;
    double count = 0;
    for (int cluster : drawn) {
      total += clusters[cluster][0];
      count += clusters[cluster][1];
    }
    return total / count;
  }

  /**
   * What an independent item adds to the two sums of a ratio.
   *
   * @param over what it is divided by; above 0
   */
  public record Part(double value, double over) {}

  /** The ratio of two sums over items, such as of log-likelihoods and numbers of tokens. */
  public static Estimate ratio(List<Part> parts) {
    if (parts.isEmpty()) {
      return Estimate.ofNothing(Method.CLUSTER_BOOTSTRAP);
    }
    double[][] sums =
        parts.stream()
            .map(part -> new double[] {part.value(), part.over()})
            .toArray(double[][]::new);
    int[] all = IntStream.range(0, sums.length).toArray();
    return estimate(
        drawnMean(sums, all), sums.length, sums.length, drawn -> drawnMean(sums, drawn));
  }

  /**
   * The median of independent values, such as one of each training seed; of an even number, the
   * mean of the two in the middle.
   */
  public static Estimate median(List<Double> values) {
    if (values.isEmpty()) {
      return Estimate.ofNothing(Method.CLUSTER_BOOTSTRAP);
    }
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return estimate(
        median(sorted),
        sorted.length,
        sorted.length,
        drawn -> median(Arrays.stream(drawn).mapToDouble(i -> sorted[i]).sorted().toArray()));
  }

  private static double median(double[] sorted) {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /**
   * The mean difference between values of the same items, such as prompts that two models answered.
   * Items that only one side has are left out, so that both are measured on the same ones.
   *
   * @param values by item
   * @param than what they are compared with, by item
   */
  public static Estimate difference(Map<?, Double> values, Map<?, Double> than) {
    List<Value> differences = new ArrayList<>();
    values.forEach(
        (item, value) -> {
          Double other = than.get(item);
          if (other != null) {
            differences.add(new Value(item, value - other));
          }
        });
    return mean(differences);
  }

  /** A statistic of drawn clusters, given by their indices. */
  interface Statistic {
    double of(int[] drawn);
  }

  /** The estimate of a statistic; draws in which it is not defined are left out. */
  static Estimate estimate(double value, int n, int clusters, Statistic statistic) {
    int[] drawn = new int[clusters];
    return estimateOfDraws(
        value,
        n,
        clusters,
        random -> {
          for (int i = 0; i < clusters; i++) {
            drawn[i] = random.nextInt(clusters);
          }
          return statistic.of(drawn);
        });
  }

  /** The estimate of a value from draws, of whatever is drawn. */
  static Estimate estimateOfDraws(
      double value, int n, int clusters, ToDoubleFunction<SplittableRandom> draw) {
    SplittableRandom random = new SplittableRandom(0);
    double[] draws = new double[DRAWS];
    int defined = 0;
    for (int i = 0; i < DRAWS; i++) {
      double result = draw.applyAsDouble(random);
      if (!Double.isNaN(result)) {
        draws[defined++] = result;
      }
    }
    if (defined == 0) {
      return new Estimate(value, Double.NaN, Double.NaN, n, clusters, Method.CLUSTER_BOOTSTRAP);
    }
    Arrays.sort(draws, 0, defined);
    double low = draws[(int) (0.025 * defined)];
    double high = draws[(int) (0.975 * defined)];
    Method method = draws[0] == draws[defined - 1] ? Method.NO_SPREAD : Method.CLUSTER_BOOTSTRAP;
    return new Estimate(value, low, high, n, clusters, method);
  }
}
