package dev.palinode.training.recipe;

import dev.palinode.training.objective.DpoSettings;
import dev.palinode.training.objective.Pairing;

/**
 * Every setting of {@link DpoRecipe}; with those of the groups, the keys of its file.
 *
 * @param recipe {@value DpoRecipe#NAME}
 * @param pairing which pairs are made of the data; {@code plain} is the baseline
 * @param resetToken spelling of the reset token, which the model must know already
 * @param elicitShare share of the unsafe examples that elicit a reset; the others discourage a
 *     needless one
 * @param dpo beta, form, label smoothing and weight of the likelihood term
 */
public record DpoRecipeSettings(
    String recipe,
    CommonSettings common,
    Pairing pairing,
    String resetToken,
    double elicitShare,
    DpoSettings dpo) {
  public DpoRecipeSettings {
    new Checks()
        .require(
            elicitShare >= 0 && elicitShare <= 1, "elicit_share", elicitShare, "a share, 0 to 1")
        .done();
  }
}
