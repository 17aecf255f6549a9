package dev.palinode.evaluation.statistics;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/**
 * A number computed from a sample, with its 95% interval.
 *
 * @param value the number; NaN if the sample is empty
 * @param low lower end of the interval; NaN if there is none
 * @param high upper end of the interval
 * @param n number of values: the denominator of a rate
 * @param clusters number of independent groups of values; {@code n} if each is a group by itself
 * @param method how the interval was computed
 */
public record Estimate(
    double value, double low, double high, long n, long clusters, Method method) {
  /** How the 95% interval of an estimate is computed. */
  public enum Method {
    /**
     * The score interval of Wilson (1927) for a proportion; where trials are in clusters and all
     * have one outcome, that of as many trials as there are clusters.
     */
    WILSON,
    /** Percentiles of a bootstrap that draws whole clusters. */
    CLUSTER_BOOTSTRAP,
    /**
     * There is no spread to draw from: all values are equal, or there is one. The interval is the
     * value, and does not say how far off it may be.
     */
    NO_SPREAD
  }

  /**
   * @throws IllegalArgumentException if there are more clusters than values, or the ends of the
   *     interval are in the wrong order
   */
  public Estimate {
    if (n < 0 || clusters < 0 || clusters > n) {
      throw new IllegalArgumentException(
          clusters + " clusters of " + n + " values: expected 0 <= clusters <= values");
    }
    if (low > high) {
      throw new IllegalArgumentException(
          "interval from " + low + " to " + high + ": expected low <= high");
    }
  }

  /** Nothing was measured. */
  static Estimate ofNothing(Method method) {
    return new Estimate(Double.NaN, Double.NaN, Double.NaN, 0, 0, method);
  }

  /** Whether the interval contains a number. */
  public boolean holds(double number) {
    return low <= number && number <= high;
  }

  /** The estimate in {@code summary.json}; numbers that are not defined are null. */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    put(json, "value", value);
    put(json, "low", low);
    put(json, "high", high);
    json.put("n", n).put("clusters", clusters);
    return json.put("method", method.name().toLowerCase(Locale.ROOT));
  }

  private static void put(ObjectNode json, String key, double number) {
    if (Double.isFinite(number)) {
      json.put(key, number);
    } else {
      json.putNull(key);
    }
  }
}
