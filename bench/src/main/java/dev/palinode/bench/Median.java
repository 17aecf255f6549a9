package dev.palinode.bench;

import java.util.Arrays;

/** The middle of measurements: what one that was disturbed hardly moves. */
final class Median {
  private Median() {}

  /** The middle of the values, or between the two in the middle. */
  static double of(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
