package dev.palinode.training.recipe;

import java.util.List;

/** A recipe cannot be run; the message lists all its problems. */
public final class RecipeException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  RecipeException(String recipe, List<String> problems) {
    super(recipe + " cannot be run:\n  " + String.join("\n  ", problems));
  }
}
