package dev.palinode.training;

import dev.palinode.tensor.Autocast;
import dev.palinode.tensor.Gradients;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.autograd.AdamW;
import dev.palinode.training.distributed.GradientSync;
import dev.palinode.training.objective.BatchTotals;
import dev.palinode.training.objective.Objective;
import dev.palinode.training.objective.PartialLoss;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.lang3.Validate;

/**
 * The training loop, which minimises an objective. Deterministic: the same weights, batches,
 * settings and number of threads give the same result, whether a run was interrupted or not.
 */
public final class Trainer {
  /**
   * Settings of the training loop.
   *
   * @param schedule learning rates and number of steps
   * @param optimizer constants of AdamW
   * @param decay of the weights
   * @param maxGradNorm gradients are clipped to this norm, positive
   * @param microBatchTokens padded tokens in one forward pass, which bounds memory; a batch takes
   *     as many passes as needed, with the same result
   * @param precision of the network's matrix products
   * @param seed of dropout
   */
  public record Settings(
      LearningRateSchedule schedule,
      AdamW.Settings optimizer,
      WeightDecay decay,
      double maxGradNorm,
      int microBatchTokens,
      Precision precision,
      long seed) {
    public Settings {
      Validate.isTrue(maxGradNorm > 0, "max_grad_norm is %s: expected above 0", maxGradNorm);
      Validate.isTrue(
          microBatchTokens >= 1, "micro_batch_tokens is %s: expected 1 or more", microBatchTokens);
    }
  }

  private final Settings settings;

  public Trainer(Settings settings) {
    this.settings = settings;
  }

  /**
   * Trains in place, from the newest checkpoint if the run has one, until the end of the schedule
   * or early stopping. With validation and checkpoints the final weights are those of the lowest
   * validation loss, else the last ones.
   *
   * @throws TrainingStoppedException if the run was asked to stop; the state after its last step is
   *     saved, if it keeps checkpoints
   * @throws TrainingException if loss or gradient is not a finite number, or a checkpoint can
   *     neither be read nor written; the newest complete checkpoint is unchanged
   */
  public <E> void train(TrainingRun<E> run) {
    TrainableParameters weights = run.weights();
    weights.setTrainable(true);
    run.stop().heed(true);
    try (GradientSync replicas =
            new GradientSync(
                run.processes(),
                weights.parameters().values(),
                weights::comesInParts,
                run.shardOptimizer());
        AdamW optimizer = new AdamW(settings.decay.groups(replicas.owned()), settings.optimizer)) {
      Progress progress = resumed(run, optimizer, replicas);
      replicas.broadcastParameters();
      int total = settings.schedule.totalSteps();
      while (progress.steps() < total && !isExhausted(run, progress)) {
        StepMetrics metrics = step(run, progress.steps(), optimizer, replicas);
        run.listeners().forEach(listener -> listener.onStep(metrics));
        progress = progress.withSteps(progress.steps() + 1);
        boolean end = progress.steps() == total;
        if (run.validation().isPresent()
            && (end || progress.steps() % run.validation().get().everySteps() == 0)) {
          progress = validated(run, run.validation().get(), progress, replicas);
          end |= isExhausted(run, progress);
        }
        Agreed agreed = agreed(run, progress);
        if (run.checkpoints().isPresent() && (end || agreed.save())) {
          run.checkpoints().get().save(progress, weights, optimizer, replicas);
        }
        if (agreed.stop() && !end) {
          throw stopped(run, progress, total);
        }
      }
      if (run.checkpoints().isPresent() && progress.bestSteps() > 0) {
        run.checkpoints().get().restoreBest(progress, weights, replicas);
      }
      Progress last = progress;
      run.listeners().forEach(listener -> listener.onEnd(last, total));
    } catch (IOException e) {
      throw new TrainingException("cannot save the run's state: " + e.getMessage(), e);
    } finally {
      run.stop().heed(false);
      weights.setTrainable(false);
    }
  }

  /** What all processes agree to do after a step. */
  private record Agreed(boolean stop, boolean save) {}

  /** A stop request on one process stops all; process 0 decides when a checkpoint is due. */
  private static <E> Agreed agreed(TrainingRun<E> run, Progress progress) {
    boolean due =
        run.processes().isFirst()
            && run.checkpoints().map(kept -> kept.isDue(progress.steps())).orElse(false);
    double[] asked = run.processes().sum(run.stop().isRequested() ? 1 : 0, due ? 1 : 0);
    return new Agreed(asked[0] > 0, asked[0] + asked[1] > 0);
  }

  private static <E> TrainingStoppedException stopped(
      TrainingRun<E> run, Progress progress, int total) {
    return new TrainingStoppedException(
        String.format(Locale.ROOT, "stopped after step %d of %d, ", progress.steps(), total)
            + (run.checkpoints().isPresent()
                ? "with a checkpoint: the same command continues from there"
                : "and nothing is saved: the run keeps no checkpoints"));
  }

  private static <E> Progress resumed(TrainingRun<E> run, AdamW optimizer, GradientSync replicas)
      throws IOException {
    if (run.checkpoints().isEmpty()) {
      return Progress.START;
    }
    Optional<Progress> found = run.checkpoints().get().restore(run.weights(), optimizer, replicas);
    found.ifPresent(at -> run.listeners().forEach(listener -> listener.onResume(at)));
    return found.orElse(Progress.START);
  }

  private static <E> boolean isExhausted(TrainingRun<E> run, Progress progress) {
    return run.validation()
        .filter(validation -> validation.patience() > 0)
        .map(validation -> progress.sinceBest() >= validation.patience())
        .orElse(false);
  }

  private <E> StepMetrics step(
      TrainingRun<E> run, int step, AdamW optimizer, GradientSync replicas) {
    long start = System.nanoTime();
    List<E> batch = run.batches().apply(step);
    BatchLoss loss = learn(run.weights(), run.objective(), batch, step, replicas);
    double norm = Gradients.clip(run.weights().parameters().values(), settings.maxGradNorm);
    requireFinite(step, loss.value, norm);
    double rate = settings.schedule.at(step);
    optimizer.step(rate);
    replicas.shareParameters();
    replicas.clearGradients();
    return new StepMetrics(
        step,
        settings.schedule.totalSteps(),
        loss.value,
        rate,
        norm,
        batch.stream().mapToLong(run.objective()::length).sum(),
        Duration.ofNanos(System.nanoTime() - start),
        loss.metrics);
  }

  /** The loss of a batch with its metrics. */
  record BatchLoss(double value, Map<String, Double> metrics) {}

  /** Computes the loss of a batch and adds its gradients to the weights', on every process. */
  <E> BatchLoss learn(
      TrainableParameters weights,
      Objective<E> objective,
      List<E> batch,
      int step,
      GradientSync replicas) {
    BatchTotals totals = objective.totals(batch);
    BatchSum sum = new BatchSum(objective.metricNames());
    List<List<E>> microBatches = microBatches(objective, replicas.shard(batch, objective::length));
    for (int i = 0; i < microBatches.size(); i++) {
      try (TensorScope scope = TensorScope.open();
          Autocast cast = settings.precision.on(weights.model().device())) {
        weights.beginPass(passSeed(step, replicas.processes().rank(), i));
        PartialLoss partial = objective.partialLoss(weights.model(), microBatches.get(i), totals);
        if (i == microBatches.size() - 1) {
          replicas.beforeLastBackward();
        }
        partial.loss().backward();
        sum.add(partial);
      }
    }
    weights.endPasses();
    replicas.finishGradients();
    return sum.over(replicas.processes());
  }

  private <E> List<List<E>> microBatches(Objective<E> objective, List<E> examples) {
    return MicroBatches.split(examples, objective::length, settings.microBatchTokens);
  }

  /** Dropout is a function of the step, so that a resumed run repeats it. */
  private long passSeed(int step, int rank, int pass) {
    return ((settings.seed * 1_000_003 + step) * 1_000_003 + rank) * 1_000_003 + pass;
  }

  private <E> Progress validated(
      TrainingRun<E> run, Validation<E> validation, Progress progress, GradientSync replicas)
      throws IOException {
    Objective<E> objective = run.objective();
    BatchTotals totals = objective.totals(validation.examples());
    BatchSum sum = new BatchSum(objective.metricNames());
    List<E> own = replicas.shard(validation.examples(), objective::length);
    for (List<E> microBatch : microBatches(objective, own)) {
      try (TensorScope scope = TensorScope.withoutGradients();
          Autocast cast = settings.precision.on(run.weights().model().device())) {
        sum.add(objective.partialLoss(run.weights().model(), microBatch, totals));
      }
    }
    double loss = sum.over(run.processes()).value;
    Progress after = progress.validated(loss);
    if (run.checkpoints().isPresent() && after.bestSteps() == after.steps()) {
      run.checkpoints().get().saveBest(after, run.weights(), replicas);
    }
    run.listeners().forEach(listener -> listener.onValidation(after, loss));
    return after;
  }

  private static void requireFinite(int step, double loss, double norm) {
    if (!Double.isFinite(loss) || !Double.isFinite(norm)) {
      throw new TrainingException(
          "step %s: loss %s, gradient norm %s. The last update is not applied. Try a lower learning"
                  .formatted(step, loss, norm)
              + " rate or a longer warm-up, and check the data of this step");
    }
  }
}
