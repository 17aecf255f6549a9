package dev.palinode.data.statistics;

import org.HdrHistogram.Histogram;

/**
 * Histogram of lengths: exact up to 2,047, three significant digits above. Constant memory. Not
 * thread-safe.
 */
public final class Lengths {
  private final Histogram histogram = new Histogram(3);

  void add(long length) {
    histogram.recordValue(length);
  }

  /** Number of values. */
  public long count() {
    return histogram.getTotalCount();
  }

  /** The mean; 0 if empty. */
  public double mean() {
    return histogram.getMean();
  }

  /** A quantile, such as 0.5 for the median; 0 if empty. */
  public long quantile(double share) {
    return histogram.getValueAtPercentile(100 * share);
  }

  /** The maximum; 0 if empty. */
  public long max() {
    return histogram.getMaxValue();
  }
}
