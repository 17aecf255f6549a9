package dev.palinode.training.recipe;

import java.util.List;

/** What every recipe states, whatever its method. */
record CommonSettings(
    ModelSettings model,
    DataSettings data,
    TuningSettings tuning,
    OptimizationSettings optimization,
    RunSettings run) {
  /** Of everything that is drawn. */
  long seed() {
    return optimization.seed();
  }

  /** Batches of examples that are given to the objective as they are. */
  <E> ShuffledEpochs<E> epochs(List<E> examples) {
    return epochs(examples.size(), (place, random) -> List.of(examples.get(place)));
  }

  /** Batches of what is drawn of each example anew in each epoch. */
  <E> ShuffledEpochs<E> epochs(int examples, ShuffledEpochs.Drawn<E> drawn) {
    return new ShuffledEpochs<>(examples, drawn, optimization.batchSize(), seed());
  }
}
