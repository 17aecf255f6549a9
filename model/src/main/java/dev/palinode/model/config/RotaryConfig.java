package dev.palinode.model.config;

/**
 * Rotary position embedding of a model.
 *
 * @param base {@code rope_theta}
 * @param fraction of each head that is rotated, in (0, 1]; {@code partial_rotary_factor}
 * @param scaling of the frequencies
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

  /** Number of a head's dimensions that are rotated. */
  public int dimensions(int headDim) {
    return (int) (headDim * fraction);
  }
}
