package dev.palinode.training;

import dev.palinode.training.objective.Objective;
import dev.palinode.training.parallel.Replicas;
import dev.palinode.training.parallel.SingleProcess;
import java.util.Optional;
import java.util.function.Function;

/**
 * What is trained on what.
 *
 * @param weights that move
 * @param objective that is minimised
 * @param batches of every step
 * @param validation when to stop early; empty to go all steps
 * @param checkpoints from which an interrupted run goes on; empty to keep none
 * @param replicas the processes that train together, made of the parameters that move
 * @param listener is told of everything
 * @param stop asks the run to stop early, with a checkpoint if it keeps any
 * @param <E> what one example is
 */
public record TrainingRun<E>(
    TrainedWeights weights,
    Objective<E> objective,
    BatchSource<E> batches,
    Optional<Validation<E>> validation,
    Optional<TrainingCheckpoints> checkpoints,
    Function<TrainedWeights, Replicas> replicas,
    TrainingListener listener,
    StopRequest stop) {
  /** A run of one process that goes all its steps and keeps no checkpoints. */
  public TrainingRun(
      TrainedWeights weights,
      Objective<E> objective,
      BatchSource<E> batches,
      TrainingListener listener) {
    this(
        weights,
        objective,
        batches,
        Optional.empty(),
        Optional.empty(),
        own -> new SingleProcess(own.parameters().values()),
        listener,
        new StopRequest());
  }

  /** The same with a validation. */
  public TrainingRun<E> with(Validation<E> check) {
    return new TrainingRun<>(
        weights, objective, batches, Optional.of(check), checkpoints, replicas, listener, stop);
  }

  /** The same with checkpoints. */
  public TrainingRun<E> with(TrainingCheckpoints kept) {
    return new TrainingRun<>(
        weights, objective, batches, validation, Optional.of(kept), replicas, listener, stop);
  }

  /** The same with other processes. */
  public TrainingRun<E> with(Function<TrainedWeights, Replicas> processes) {
    return new TrainingRun<>(
        weights, objective, batches, validation, checkpoints, processes, listener, stop);
  }

  /** The same with another request to stop. */
  public TrainingRun<E> with(StopRequest request) {
    return new TrainingRun<>(
        weights, objective, batches, validation, checkpoints, replicas, listener, request);
  }

  /** The same with another listener, which is told first. */
  public TrainingRun<E> and(TrainingListener first) {
    return new TrainingRun<>(
        weights, objective, batches, validation, checkpoints, replicas, first.and(listener), stop);
  }
}
