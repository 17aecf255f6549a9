package dev.palinode.training;

import dev.palinode.tensor.AdamW;
import dev.palinode.tensor.Gradients;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.training.objective.BatchTotals;
import dev.palinode.training.objective.LossShare;
import dev.palinode.training.objective.Objective;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Moves weights along an objective. Deterministic: the same weights, batches, settings and number
 * of threads give the same weights, whether a run was interrupted or not.
 */
public final class Trainer {
  /**
   * How to train.
   *
   * @param schedule learning rates and number of steps
   * @param optimizer constants of AdamW
   * @param decay of the weights
   * @param maxGradientNorm gradients are scaled down to this norm, positive
   * @param maxTokensPerPass padded tokens in one forward pass: what bounds memory; a batch is
   *     computed in as many passes as it takes, with the same result
   */
  public record Settings(
      LearningRateSchedule schedule,
      AdamW.Settings optimizer,
      WeightDecay decay,
      double maxGradientNorm,
      int maxTokensPerPass) {
    public Settings {
      if (!(maxGradientNorm > 0)) {
        throw new IllegalArgumentException(
            "max gradient norm is " + maxGradientNorm + ": expected above 0");
      }
      if (maxTokensPerPass < 1) {
        throw new IllegalArgumentException(
            "max tokens per pass is " + maxTokensPerPass + ": expected 1 or more");
      }
    }
  }

  private final Settings settings;

  public Trainer(Settings settings) {
    this.settings = settings;
  }

  /**
   * Trains in place: from the newest checkpoint, if the run has one, to the end of the schedule, or
   * until validation says to stop. With validation the weights are those of the lowest loss.
   *
   * @throws TrainingException if loss or gradient is no finite number, or a checkpoint can neither
   *     be read nor written; the newest complete checkpoint is as it was
   */
  public <E> void train(TrainingRun<E> run) {
    TrainedWeights weights = run.weights();
    Collection<Tensor> parameters = weights.parameters().values();
    weights.setTrainable(true);
    try (AdamW optimizer = new AdamW(settings.decay.groups(parameters), settings.optimizer)) {
      Progress progress = resumed(run, optimizer);
      int total = settings.schedule.totalSteps();
      while (progress.steps() < total && !isExhausted(run, progress)) {
        run.listener().onStep(step(run, progress.steps(), optimizer));
        progress = progress.withSteps(progress.steps() + 1);
        boolean end = progress.steps() == total;
        if (run.validation().isPresent()
            && (end || progress.steps() % run.validation().get().everySteps() == 0)) {
          progress = validated(run, run.validation().get(), progress);
          end |= isExhausted(run, progress);
        }
        if (run.checkpoints().isPresent()
            && (end || run.checkpoints().get().isDue(progress.steps()))) {
          run.checkpoints().get().save(progress, weights, optimizer);
        }
      }
      if (run.checkpoints().isPresent() && progress.bestSteps() > 0) {
        run.checkpoints().get().restoreBest(progress, weights);
      }
    } catch (IOException e) {
      throw new TrainingException("cannot keep the run's state: " + e.getMessage(), e);
    } finally {
      parameters.forEach(Tensor::clearGradient);
      weights.setTrainable(false);
    }
  }

  private static <E> Progress resumed(TrainingRun<E> run, AdamW optimizer) throws IOException {
    if (run.checkpoints().isEmpty()) {
      return Progress.START;
    }
    Optional<Progress> found = run.checkpoints().get().restore(run.weights(), optimizer);
    found.ifPresent(run.listener()::onResume);
    return found.orElse(Progress.START);
  }

  private static <E> boolean isExhausted(TrainingRun<E> run, Progress progress) {
    return run.validation()
        .filter(validation -> validation.patience() > 0)
        .map(validation -> progress.sinceBest() >= validation.patience())
        .orElse(false);
  }

  private <E> StepMetrics step(TrainingRun<E> run, int step, AdamW optimizer) {
    long start = System.nanoTime();
    Collection<Tensor> parameters = run.weights().parameters().values();
    List<E> batch = run.batches().batch(step);
    BatchLoss loss = accumulateGradients(run.weights(), run.objective(), batch);
    double norm = Gradients.clip(parameters, settings.maxGradientNorm);
    requireFinite(step, loss.value, norm);
    double rate = settings.schedule.at(step);
    optimizer.step(rate);
    parameters.forEach(Tensor::clearGradient);
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

  /** The loss of a batch; its gradients are added to those of the weights. */
  <E> BatchLoss accumulateGradients(TrainedWeights weights, Objective<E> objective, List<E> batch) {
    return pieces(weights, objective, batch, true);
  }

  private <E> BatchLoss pieces(
      TrainedWeights weights, Objective<E> objective, List<E> batch, boolean learn) {
    BatchTotals totals = objective.totals(batch);
    double loss = 0;
    Map<String, Double> metrics = new TreeMap<>();
    for (List<E> piece : MicroBatches.split(batch, objective::length, settings.maxTokensPerPass)) {
      try (TensorScope scope = TensorScope.open()) {
        LossShare share = objective.share(weights.model(), piece, totals);
        if (learn) {
          share.loss().backward();
        }
        loss += share.loss().item();
        share.metrics().forEach((name, value) -> metrics.merge(name, value, Double::sum));
      }
    }
    return new BatchLoss(loss, metrics);
  }

  private <E> Progress validated(TrainingRun<E> run, Validation<E> validation, Progress progress)
      throws IOException {
    double loss;
    try (Gradients.Disabled frozen = Gradients.disabled()) {
      loss = pieces(run.weights(), run.objective(), validation.examples(), false).value;
    }
    Progress after = progress.validated(loss);
    if (run.checkpoints().isPresent() && after.bestSteps() == after.steps()) {
      run.checkpoints().get().saveBest(after, run.weights());
    }
    run.listener().onValidation(after, loss);
    return after;
  }

  private static void requireFinite(int step, double loss, double norm) {
    if (!Double.isFinite(loss) || !Double.isFinite(norm)) {
      throw new TrainingException(
          "step "
              + step
              + ": loss "
              + loss
              + ", gradient norm "
              + norm
              + ". The last update is not applied. Try a lower learning rate or a longer warm-up,"
              + " and check the data of this step");
    }
  }
}
