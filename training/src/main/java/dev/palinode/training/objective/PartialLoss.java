package dev.palinode.training.objective;

import dev.palinode.tensor.Tensor;
import java.util.Map;

/**
 * Contribution of some examples of a batch to its loss.
 *
 * @param loss a scalar, differentiable
 * @param metrics metrics by name, divided by the batch's totals like the loss, so that they add up
 *     to the means of the batch
 */
public record PartialLoss(Tensor loss, Map<String, Double> metrics) {
  public PartialLoss {
    metrics = Map.copyOf(metrics);
  }
}
