package dev.palinode.training.recipe;

import dev.palinode.training.objective.Objective;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What a method makes of the data.
 *
 * @param data where the examples come from
 * @param batches to train on
 * @param validation examples that are never trained on; may be empty
 * @param scoring what the reference model has to compute before training; empty if there is none
 * @param <E> what the objective is given
 */
record Prepared<E>(
    RecipeData data,
    Objective<E> objective,
    ShuffledEpochs<E> batches,
    List<E> validation,
    Optional<Scoring<E>> scoring) {
  /** Scores the examples under the model as it is before training. */
  @FunctionalInterface
  interface Scoring<E> {
    Prepared<E> by(ReferenceModel reference) throws IOException;
  }

  Prepared(RecipeData data, Objective<E> objective, ShuffledEpochs<E> batches, List<E> validation) {
    this(data, objective, batches, validation, Optional.empty());
  }

  /** The same, which is to be scored before training. */
  Prepared<E> scoredBy(Scoring<E> first) {
    return new Prepared<>(data, objective, batches, validation, Optional.of(first));
  }

  /** The examples with their scores. */
  Prepared<E> scored(ReferenceModel reference) throws IOException {
    return scoring.isPresent() ? scoring.get().by(reference) : this;
  }
}
