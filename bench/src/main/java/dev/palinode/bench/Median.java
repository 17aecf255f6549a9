package dev.palinode.bench;

import java.util.Arrays;
import java.util.function.DoubleSupplier;
import java.util.stream.DoubleStream;

/** The median of measurements, which is robust against outliers. */
final class Median {
  private Median() {}

  /** The median of some rounds of a measurement. */
  static double of(int rounds, DoubleSupplier measurement) {
    return of(DoubleStream.generate(measurement).limit(rounds).toArray());
  }

  /** The middle value, or the mean of the two middle values. */
  static double of(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
