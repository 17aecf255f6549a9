package dev.palinode.training.objective;

import org.apache.commons.lang3.Validate;

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
    Validate.isTrue(
        beta > 0 && beta < Double.POSITIVE_INFINITY, "beta is %s: expected above 0", beta);
    Validate.isTrue(
        labelSmoothing >= 0 && labelSmoothing < 0.5,
        "label_smoothing is %s: expected 0 to below 0.5",
        labelSmoothing);
    Validate.isTrue(
        sftWeight >= 0 && sftWeight < Double.POSITIVE_INFINITY,
        "sft_weight is %s: expected 0 or more",
        sftWeight);
  }
}
