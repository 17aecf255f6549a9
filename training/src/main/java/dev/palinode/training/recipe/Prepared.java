package dev.palinode.training.recipe;

import dev.palinode.training.objective.Objective;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Training input that a method has prepared.
 *
 * @param data where the examples come from
 * @param batches to train on
 * @param validation examples that are never trained on; may be empty
 * @param scoring scoring by the reference model before training; empty if none is needed
 * @param <E> type of the objective's examples
 */
record Prepared<E>(
    RecipeData data,
    Objective<E> objective,
    ShuffledEpochs<E> batches,
    List<E> validation,
    Optional<Scoring<E>> scoring) {
  /** Scores the examples under the model before training. */
  @FunctionalInterface
  interface Scoring<E> {
    Prepared<E> by(ReferenceModel reference) throws IOException;
  }

  Prepared(RecipeData data, Objective<E> objective, ShuffledEpochs<E> batches, List<E> validation) {
    this(data, objective, batches, validation, Optional.empty());
  }

  /** The same, to be scored before training. */
  Prepared<E> scoredBy(Scoring<E> first) {
    return new Prepared<>(data, objective, batches, validation, Optional.of(first));
  }

  /** The examples with their scores. */
  Prepared<E> scored(ReferenceModel reference) throws IOException {
    return scoring.isPresent() ? scoring.get().by(reference) : this;
  }
}
