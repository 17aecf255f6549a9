package dev.palinode.training.recipe;

import dev.palinode.training.objective.OrpoLoss;

/**
 * Every setting of {@link OrpoRecipe}; with those of the groups, the keys of its file.
 *
 * @param recipe {@value OrpoRecipe#NAME}
 * @param guidanceAware each example is there twice: under {@code positive_prompt} as it is, and
 *     under {@code negative_prompt} with chosen and rejected answer exchanged
 * @param positivePrompt line of the system prompt, which guidance later leads towards
 * @param negativePrompt line of the system prompt, which it leads away from
 * @param orpo beta and the tokens of the likelihood term
 */
public record OrpoRecipeSettings(
    String recipe,
    CommonSettings common,
    boolean guidanceAware,
    String positivePrompt,
    String negativePrompt,
    OrpoLoss.Settings orpo) {}
