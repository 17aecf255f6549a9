package dev.palinode.training.recipe;

import java.util.List;

/** Settings that all recipes have. */
record CommonSettings(
    ModelSettings model,
    DataSettings data,
    TuningSettings tuning,
    OptimizationSettings optimization,
    RunSettings run) {
  long seed() {
    return optimization.seed();
  }

  /** Batches of the examples themselves. */
  <E> ShuffledEpochs<E> epochs(List<E> examples) {
    return epochs(examples.size(), (place, random) -> List.of(examples.get(place)));
  }

  /** Batches of items that each epoch draws from the examples again. */
  <E> ShuffledEpochs<E> epochs(int examples, ShuffledEpochs.Drawn<E> drawn) {
    return new ShuffledEpochs<>(examples, drawn, optimization.batchSize(), seed());
  }
}
