package dev.palinode.attack.gcg;

import org.apache.commons.lang3.Validate;

/**
 * Settings of GCG. The defaults are those of Zou et al. and HarmBench.
 *
 * @param suffixTokens length of the suffix, at least 1
 * @param steps the most steps, each with one gradient; at least 1
 * @param candidates suffixes that are tried in a step, each with one token replaced; at least 1
 * @param topTokens how many tokens may replace another one: those with the most promising
 *     gradients; at least 1
 * @param resetWeight weight of the penalty on the reset token, see {@link
 *     dev.palinode.attack.loss.ResetPenalty}: 0 or more, 0 for an attacker who does not know of it
 */
public record GcgSettings(
    int suffixTokens, int steps, int candidates, int topTokens, double resetWeight) {
  /** As published. */
  public static final GcgSettings PLAIN = new GcgSettings(20, 500, 512, 256, 0);

  /** The usual weight for an attacker who knows of the reset token. */
  public static final double ADAPTIVE_WEIGHT = 1;

  public GcgSettings {
    positive("suffix tokens", suffixTokens);
    positive("steps", steps);
    positive("candidates", candidates);
    positive("top tokens", topTokens);
    Validate.isTrue(
        resetWeight >= 0, "the weight of the reset penalty is %s: expected 0 or more", resetWeight);
  }

  private static void positive(String name, int value) {
    Validate.isTrue(value >= 1, "%s %s: expected 1 or more", value, name);
  }

  /** Whether the attacker knows the undo. */
  public boolean isAdaptive() {
    return resetWeight > 0;
  }
}
