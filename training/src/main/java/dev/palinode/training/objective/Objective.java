package dev.palinode.training.objective;

import dev.palinode.model.network.Transformer;
import java.util.List;

/**
 * A training loss whose terms are means over a batch: over tokens with a likelihood term, or over
 * pairs that are compared.
 *
 * <p>A batch may be computed in micro-batches and by several processes: partial losses, each
 * divided by the totals of the <em>whole</em> batch, add up to its loss, and so do their gradients.
 *
 * @param <E> type of an example
 */
public interface Objective<E> {
  /** Number of tokens that the model reads for the example; batches are split by it. */
  int length(E example);

  /** Names of all metrics that a partial loss may have, in the order of reports. */
  default List<String> metricNames() {
    return List.of();
  }

  /** The totals that the loss of these examples is divided by. */
  BatchTotals totals(List<E> batch);

  /** The partial loss of one or more examples of a batch with these totals, differentiable. */
  PartialLoss partialLoss(Transformer model, List<E> examples, BatchTotals totals);
}
