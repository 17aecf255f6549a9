package dev.palinode.training.objective;

import dev.palinode.tensor.Tensor;
import java.util.Map;

/**
 * What some examples of a batch contribute to its loss.
 *
 * @param loss a scalar, differentiable
 * @param metrics further figures by name, divided by the batch's totals like the loss: those of all
 *     its pieces add up to the batch's mean
 */
public record PartialLoss(Tensor loss, Map<String, Double> metrics) {
  public PartialLoss {
    metrics = Map.copyOf(metrics);
  }
}
