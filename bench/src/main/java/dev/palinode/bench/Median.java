package dev.palinode.bench;

import java.util.Arrays;

/** The median of measurements, which is robust against outliers. */
final class Median {
  private Median() {}

  /** The middle value, or the mean of the two middle values. */
  static double of(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
