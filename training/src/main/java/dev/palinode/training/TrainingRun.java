package dev.palinode.training;

import dev.palinode.training.distributed.DistributedContext;
import dev.palinode.training.objective.Objective;
import java.util.Optional;

/**
 * A training run: parameters, objective, data, and how it is validated and saved.
 *
 * @param weights to train
 * @param objective that is minimised
 * @param batches of every step
 * @param validation for early stopping; empty to run all steps
 * @param checkpoints from which an interrupted run continues; empty to keep none
 * @param processes that train together
 * @param shardOptimizer whether each process keeps a part of the optimiser state (ZeRO-1)
 * @param listener called at every event
 * @param stop asks the run to stop early, with a checkpoint if it keeps any
 * @param <E> type of an example
 */
public record TrainingRun<E>(
    TrainableParameters weights,
    Objective<E> objective,
    BatchSource<E> batches,
    Optional<Validation<E>> validation,
    Optional<TrainingCheckpoints> checkpoints,
    DistributedContext processes,
    boolean shardOptimizer,
    TrainingListener listener,
    StopRequest stop) {
  /** A run of one process, over all steps and without checkpoints. */
  public TrainingRun(
      TrainableParameters weights,
      Objective<E> objective,
      BatchSource<E> batches,
      TrainingListener listener) {
    this(
        weights,
        objective,
        batches,
        Optional.empty(),
        Optional.empty(),
        DistributedContext.single(weights.model().device()),
        false,
        listener,
        new StopRequest());
  }

  /** The same with a validation. */
  public TrainingRun<E> with(Validation<E> other) {
    return with(Optional.of(other), checkpoints, processes, shardOptimizer, listener, stop);
  }

  /** The same with checkpoints. */
  public TrainingRun<E> with(TrainingCheckpoints other) {
    return with(validation, Optional.of(other), processes, shardOptimizer, listener, stop);
  }

  /** The same with other processes, which may shard the optimiser state. */
  public TrainingRun<E> with(DistributedContext other, boolean shard) {
    return with(validation, checkpoints, other, shard, listener, stop);
  }

  /** The same with another request to stop. */
  public TrainingRun<E> with(StopRequest other) {
    return with(validation, checkpoints, processes, shardOptimizer, listener, other);
  }

  /** The same with another listener, which is called first. */
  public TrainingRun<E> and(TrainingListener first) {
    return with(validation, checkpoints, processes, shardOptimizer, first.and(listener), stop);
  }

  private TrainingRun<E> with(
      Optional<Validation<E>> check,
      Optional<TrainingCheckpoints> kept,
      DistributedContext team,
      boolean shard,
      TrainingListener events,
      StopRequest request) {
    return new TrainingRun<>(
        weights, objective, batches, check, kept, team, shard, events, request);
  }
}
