package dev.palinode.training;

import dev.palinode.training.distributed.DistributedContext;
import dev.palinode.training.objective.Objective;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * A training run: parameters, objective, data, and how it is validated and saved.
 *
 * @param weights to train
 * @param objective that is minimised
 * @param batches the examples of a step, from 0: at least one, a function of the number alone
 * @param validation for early stopping; empty to run all steps
 * @param checkpoints from which an interrupted run continues; empty to keep none
 * @param processes that train together
 * @param shardOptimizer whether each process keeps a part of the optimiser state (ZeRO-1)
 * @param listeners called at every event, in order
 * @param stop asks the run to stop early, with a checkpoint if it keeps any
 * @param <E> type of an example
 */
public record TrainingRun<E>(
    TrainableParameters weights,
    Objective<E> objective,
    IntFunction<List<E>> batches,
    Optional<Validation<E>> validation,
    Optional<TrainingCheckpoints> checkpoints,
    DistributedContext processes,
    boolean shardOptimizer,
    List<TrainingListener> listeners,
    StopRequest stop) {
  public TrainingRun {
    listeners = List.copyOf(listeners);
  }

  /** A run of one process, over all steps and without checkpoints. */
  public TrainingRun(
      TrainableParameters weights,
      Objective<E> objective,
      IntFunction<List<E>> batches,
      TrainingListener listener) {
    this(
        weights,
        objective,
        batches,
        Optional.empty(),
        Optional.empty(),
        DistributedContext.single(weights.model().device()),
        false,
        List.of(listener),
        new StopRequest());
  }

  /** The same with a validation. */
  public TrainingRun<E> with(Validation<E> other) {
    return with(Optional.of(other), checkpoints, stop);
  }

  /** The same with checkpoints. */
  public TrainingRun<E> with(TrainingCheckpoints other) {
    return with(validation, Optional.of(other), stop);
  }

  /** The same with another request to stop. */
  public TrainingRun<E> with(StopRequest other) {
    return with(validation, checkpoints, other);
  }

  private TrainingRun<E> with(
      Optional<Validation<E>> check, Optional<TrainingCheckpoints> kept, StopRequest request) {
    return new TrainingRun<>(
        weights, objective, batches, check, kept, processes, shardOptimizer, listeners, request);
  }
}
