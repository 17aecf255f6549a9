package dev.palinode.model.config;

import org.apache.commons.lang3.Validate;

/**
 * Rotary position embedding of a model.
 *
 * @param base {@code rope_theta}
 * @param fraction of each head's dimensions that is rotated, in (0, 1]; {@code
 *     partial_rotary_factor}
 * @param scaling of the frequencies
 */
public record RotaryConfig(double base, double fraction, RopeScaling scaling) {
  public RotaryConfig {
    Validate.isTrue(
        base > 1 && base < Double.POSITIVE_INFINITY, "rope_theta is %s: expected above 1", base);
    Validate.isTrue(
        fraction > 0 && fraction <= 1,
        "partial_rotary_factor is %s: expected above 0 and at most 1",
        fraction);
  }

  /** Number of a head's dimensions that are rotated. */
  public int dimensions(int headDim) {
    return (int) (headDim * fraction);
  }
}
