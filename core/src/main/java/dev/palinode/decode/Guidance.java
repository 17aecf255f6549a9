package dev.palinode.decode;

import dev.palinode.decode.sampling.LogProbabilities;
import dev.palinode.token.TokenIds;
import java.util.OptionalInt;
import org.apache.commons.lang3.Validate;

/**
 * Classifier-free guidance: steers the answer away from the predictions of a second, negative
 * context that reads the same continuation. It comes before all logits processors.
 *
 * @param negativePrompt the negative context up to the answer, at least one token
 * @param scale the factor g, 0 (negative context alone) or more; 1 is the positive context alone,
 *     at no cost: the negative one is not computed
 * @param form how the two predictions are combined
 * @param firstTokens number of first visible tokens that are guided; empty for all. An undo rewinds
 *     the count: text that replaces withdrawn text is guided again
 */
public record Guidance(TokenIds negativePrompt, double scale, Form form, OptionalInt firstTokens) {
  /** How the predictions of two contexts are combined. */
  public enum Form {
    /**
     * {@code log p = log p_neg + g (log p_pos - log p_neg)} (Sanchez et al., Stay on topic with
     * classifier-free guidance), not normalised.
     */
    LOG,
    /**
     * {@code P = P_neg + g (P_pos - P_neg)} (Smirnov, section 4): no artefacts of tokens that both
     * contexts find improbable. Tokens at 0 or below are impossible.
     */
    PROBABILITY
  }

  public Guidance {
    int first = firstTokens.orElse(1);
    Validate.isTrue(
        negativePrompt.size() > 0, "the negative prompt is empty: give at least one token");
    Validate.isTrue(
        scale >= 0 && !Double.isInfinite(scale),
        "guidance scale is %s: expected 0 or more; 1 is no guidance",
        scale);
    Validate.isTrue(
        first >= 1, "guidance of the first %s tokens: expected 1 or more, or no limit", first);
  }

  /** Guidance of the whole answer. */
  public static Guidance of(int[] negativePrompt, double scale, Form form) {
    return new Guidance(TokenIds.of(negativePrompt), scale, form, OptionalInt.empty());
  }

  /** This guidance of the first tokens only. */
  public Guidance ofFirst(int tokens) {
    return new Guidance(negativePrompt, scale, form, OptionalInt.of(tokens));
  }

  /** Whether the next token after {@code visible} visible ones is guided. */
  boolean isActive(int visible) {
    return scale != 1 && (firstTokens.isEmpty() || visible < firstTokens.getAsInt());
  }

  /** The guided logits {@code [vocab]}, in {@code positive}'s array. */
  float[] combine(float[] positive, float[] negative) {
    double positiveTotal = LogProbabilities.logSumExp(positive);
    double negativeTotal = LogProbabilities.logSumExp(negative);
    for (int id = 0; id < positive.length; id++) {
      double p = positive[id] - positiveTotal;
      double n = negative[id] - negativeTotal;
      positive[id] = (float) (form == Form.LOG ? logForm(p, n) : probabilityForm(p, n));
    }
    return positive;
  }

  private double logForm(double p, double n) {
    // For a token that a context excludes, the difference is undefined.
    return Double.isInfinite(p) || Double.isInfinite(n) ? p : n + scale * (p - n);
  }

  private double probabilityForm(double p, double n) {
    double negative = Math.exp(n);
    return Math.log(Math.max(0, negative + scale * (Math.exp(p) - negative)));
  }
}
