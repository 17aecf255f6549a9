package dev.palinode.training.objective;

/**
 * Settings of direct preference optimisation.
 *
 * @param beta how strongly the model is held to its reference, above 0
 * @param form of the loss
 * @param labelSmoothing probability that a preference label is wrong, in [0, 0.5); used by {@link
 *     Form#SIGMOID} and {@link Form#ROBUST}
 * @param sftWeight weight of the negative log-likelihood of the chosen answer (mean per token) in
 *     the loss; 0 for plain DPO
 */
public record DpoSettings(double beta, Form form, double labelSmoothing, double sftWeight) {
  /** With {@code d} the difference of the log-ratios to the reference, chosen minus rejected. */
  public enum Form {
    /**
     * {@code -(1-e) log sigmoid(beta d) - e log sigmoid(-beta d)}: DPO (Rafailov et al., equation
     * 7); with label smoothing e above 0, conservative DPO (Mitchell, 2023).
     */
    SIGMOID,
    /**
     * {@code (-(1-e) log sigmoid(beta d) + e log sigmoid(-beta d)) / (1 - 2e)}: unbiased under
     * wrong labels (Chowdhury et al., 2024).
     */
    ROBUST,
    /**
     * {@code (d - 1 / (2 beta))^2} with log-ratios as means per token: IPO (Azar et al., 2023,
     * equation 17) as in TRL.
     */
    IPO,
    /** The same with log-ratios summed over tokens, as in the paper. */
    IPO_SUMMED
  }

  public DpoSettings {
    if (!(beta > 0) || Double.isInfinite(beta)) {
      throw new IllegalArgumentException("beta is " + beta + ": expected above 0");
    }
    if (!(labelSmoothing >= 0 && labelSmoothing < 0.5)) {
      throw new IllegalArgumentException(
          "label_smoothing is " + labelSmoothing + ": expected 0 to below 0.5");
    }
    if (!(sftWeight >= 0) || Double.isInfinite(sftWeight)) {
      throw new IllegalArgumentException("sft_weight is " + sftWeight + ": expected 0 or more");
    }
  }
}
