package dev.palinode.training.objective;

import dev.palinode.model.Transformer;
import dev.palinode.tensor.Tensor;
import java.util.List;

/**
 * A loss that is a weighted mean over examples:
 *
 * <pre>loss(batch) = sum of loss(example) / sum of weight(example)</pre>
 *
 * <p>Kept as sums, so that a batch can be computed in pieces of any size with the same result.
 *
 * @param <E> what one example is
 */
public interface Objective<E> {
  /** The example's share in the denominator; 1 for a mean over examples. */
  double weight(E example);

  /** Tokens that the model reads for the example: what it costs, and what batches are cut by. */
  int length(E example);

  /**
   * The sum of the examples' losses, differentiable.
   *
   * @param examples at least one
   * @return a scalar
   */
  Tensor summedLoss(Transformer model, List<E> examples);
}
