package dev.palinode.training.recipe;

import java.util.List;

/** A recipe that cannot be run as it is, with everything that is wrong about it. */
public final class RecipeException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  RecipeException(String recipe, List<String> problems) {
    super(recipe + " cannot be run:\n  " + String.join("\n  ", problems));
  }
}
