package dev.palinode.training.recipe;

import java.io.IOException;
import java.util.Optional;

/**
 * A training method with all its settings. Its components, and those of {@link CommonSettings}, are
 * the keys of its file.
 *
 * @param <E> type of the objective's examples
 */
sealed interface TrainingMethod<E> permits BacktrackingSftRecipe, DpoRecipe, OrpoRecipe {
  CommonSettings common();

  /** The reset token that the method's examples contain; empty if they contain none. */
  default Optional<String> usedResetToken() {
    return Optional.empty();
  }

  /** Whether that token is added to a tokenizer that lacks it. */
  default boolean addsResetToken() {
    return false;
  }

  /** Prepares the examples. Reads no weights and writes nothing. */
  Prepared<E> prepare(RecipeModel model) throws IOException;
}
