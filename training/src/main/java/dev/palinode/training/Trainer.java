package dev.palinode.training;

import dev.palinode.model.Transformer;
import dev.palinode.tensor.AdamW;
import dev.palinode.tensor.Gradients;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.training.objective.Objective;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

/**
 * Moves a model's weights along an objective. Deterministic: the same model, batches and number of
 * threads give the same weights.
 */
public final class Trainer {
  /**
   * How to train.
   *
   * @param schedule learning rates and number of steps
   * @param optimizer constants of AdamW
   * @param maxGradientNorm gradients are scaled down to this norm, positive
   * @param maxTokensPerPass padded tokens in one forward pass: what bounds memory; a batch is
   *     computed in as many passes as it takes, with the same result
   */
  public record Settings(
      LearningRateSchedule schedule,
      AdamW.Settings optimizer,
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
   * Trains in place, all steps of the schedule.
   *
   * @throws TrainingException if loss or gradient is no finite number
   */
  public <E> void train(
      Transformer model,
      Objective<E> objective,
      BatchSource<E> batches,
      TrainingListener listener) {
    Collection<Tensor> parameters = model.parameters().values();
    model.setTrainable(true);
    try (AdamW optimizer = new AdamW(parameters, settings.optimizer)) {
      for (int step = 0; step < settings.schedule.totalSteps(); step++) {
        long start = System.nanoTime();
        List<E> batch = batches.batch(step);
        double loss = accumulateGradients(model, objective, batch);
        double norm = Gradients.clip(parameters, settings.maxGradientNorm);
        requireFinite(step, loss, norm);
        double rate = settings.schedule.at(step);
        optimizer.step(rate);
        optimizer.clearGradients();
        listener.onStep(
            new StepMetrics(
                step,
                settings.schedule.totalSteps(),
                loss,
                rate,
                norm,
                batch.stream().mapToLong(objective::length).sum(),
                Duration.ofNanos(System.nanoTime() - start)));
      }
    } finally {
      parameters.forEach(Tensor::clearGradient);
      model.setTrainable(false);
    }
  }

  /**
   * The loss of a batch; its gradients are added to those of the model.
   *
   * @return the loss
   */
  <E> double accumulateGradients(Transformer model, Objective<E> objective, List<E> batch) {
    double weight = batch.stream().mapToDouble(objective::weight).sum();
    double loss = 0;
    for (List<E> piece : MicroBatches.split(batch, objective::length, settings.maxTokensPerPass)) {
      try (TensorScope scope = TensorScope.open()) {
        Tensor share = objective.summedLoss(model, piece).times(1 / weight);
        share.backward();
        loss += share.item();
      }
    }
    return loss;
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
