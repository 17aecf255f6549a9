package dev.palinode.training.objective;

import dev.palinode.model.network.Transformer;
import java.util.List;

/**
 * A loss whose terms are means over a batch: over the tokens that carry likelihood, or over pairs
 * that are compared.
 *
 * <p>A batch may be computed in pieces, and by several processes: the shares of the pieces, each
 * divided by the totals of the <em>whole</em> batch, add up to its loss, and so do their gradients.
 *
 * @param <E> what one example is
 */
public interface Objective<E> {
  /** Tokens that the model reads for the example: what it costs, and what batches are cut by. */
  int length(E example);

  /** The names of all metrics that a share may have, in the order in which they are reported. */
  default List<String> metricNames() {
    return List.of();
  }

  /** What the terms of the loss of these examples are means over. */
  BatchTotals totals(List<E> batch);

  /**
   * The share of some examples in the loss of their batch, differentiable.
   *
   * @param examples at least one, of the batch
   * @param totals of the batch
   */
  PartialLoss share(Transformer model, List<E> examples, BatchTotals totals);
}
