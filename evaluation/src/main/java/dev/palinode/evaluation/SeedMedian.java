package dev.palinode.evaluation;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The median of a number over models that differ only in their training seed, with the largest
 * value. The seed is the unit: an interval over prompts says nothing about the next model.
 *
 * @param median the middle value; of an even number of seeds, the mean of the two in the middle
 * @param low lower end of the 95% interval of the median, by a bootstrap over seeds (10,000 draws
 *     of a fixed seed, percentiles)
 * @param high its upper end
 * @param max the largest value
 * @param seeds number of seeds
 */
public record SeedMedian(double median, double low, double high, double max, int seeds) {
  private static final int DRAWS = 10_000;

  /**
   * The median of these values.
   *
   * @param values one for each seed
   * @throws IllegalArgumentException if there are none
   */
  public static SeedMedian of(List<Double> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("no values to take the median of");
    }
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    SplittableRandom random = new SplittableRandom(0);
    double[] medians = new double[DRAWS];
    for (int i = 0; i < DRAWS; i++) {
      medians[i] =
          median(
              random
                  .ints(sorted.length, 0, sorted.length)
                  .mapToDouble(seed -> sorted[seed])
                  .sorted()
                  .toArray());
    }
    Arrays.sort(medians);
    return new SeedMedian(
        median(sorted),
        medians[(int) (0.025 * DRAWS)],
        medians[(int) (0.975 * DRAWS)],
        sorted[sorted.length - 1],
        sorted.length);
  }

  private static double median(double[] sorted) {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
