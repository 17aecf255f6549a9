package dev.palinode.evaluation;

/**
 * A range of fractions or of their differences, both ends included.
 *
 * @param low the lower end, -1 to 1
 * @param high the upper end, {@code low} to 1
 */
public record Interval(double low, double high) {
  /**
   * @throws IllegalArgumentException unless {@code -1 <= low <= high <= 1}
   */
  public Interval {
    // Written so that NaN fails too.
    if (!(-1 <= low && low <= high && high <= 1)) {
      throw new IllegalArgumentException(
          "interval from " + low + " to " + high + ": expected -1 <= low <= high <= 1");
    }
  }

  /** The distance between the ends, 0 to 2. */
  public double width() {
    return high - low;
  }

  /** Whether the value is in the range, ends included. */
  public boolean contains(double value) {
    return low <= value && value <= high;
  }
}
