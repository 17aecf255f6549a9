package dev.palinode.data.statistics;

import org.HdrHistogram.Histogram;

/**
 * The distribution of a length: exact up to 2,047, to three digits above. Its memory does not grow
 * with what is counted. Not thread-safe.
 */
public final class Lengths {
  private final Histogram histogram = new Histogram(3);

  void add(long length) {
    histogram.recordValue(length);
  }

  /** How many were counted. */
  public long count() {
    return histogram.getTotalCount();
  }

  /** The mean; 0 of nothing. */
  public double mean() {
    return histogram.getMean();
  }

  /** The least length that this share of all does not exceed; 0 of nothing. */
  public long quantile(double share) {
    return histogram.getValueAtPercentile(100 * share);
  }

  /** The longest; 0 of nothing. */
  public long max() {
    return histogram.getMaxValue();
  }
}
