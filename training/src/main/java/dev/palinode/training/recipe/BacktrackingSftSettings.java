package dev.palinode.training.recipe;

import dev.palinode.training.objective.Supervision;

/**
 * Every setting of {@link BacktrackingSftRecipe}; with those of the groups, the keys of its file.
 *
 * @param recipe {@value BacktrackingSftRecipe#NAME}
 * @param supervision the method; the others are its baselines
 * @param resetToken spelling of the reset token
 */
public record BacktrackingSftSettings(
    String recipe, CommonSettings common, Supervision supervision, String resetToken) {}
