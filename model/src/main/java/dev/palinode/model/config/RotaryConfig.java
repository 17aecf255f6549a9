package dev.palinode.model.config;

/**
 * How positions are written into queries and keys.
 *
 * @param base {@code rope_theta}
 * @param fraction of each head that is turned, in (0, 1]; {@code partial_rotary_factor}
 * @param scaling how frequencies are stretched
 */
public record RotaryConfig(double base, double fraction, RopeScaling scaling) {
  public RotaryConfig {
    if (!(base > 1) || Double.isInfinite(base)) {
      throw new IllegalArgumentException("rope_theta is " + base + ": expected above 1");
    }
    if (!(fraction > 0 && fraction <= 1)) {
      throw new IllegalArgumentException(
          "partial_rotary_factor is " + fraction + ": expected above 0 and at most 1");
    }
  }

  /** Unscaled, on whole heads. */
  public static RotaryConfig plain(double base) {
    return new RotaryConfig(base, 1, new RopeScaling.None());
  }

  /** How many of a head's dimensions are turned. */
  public int dimensions(int headDim) {
    return (int) (headDim * fraction);
  }
}
