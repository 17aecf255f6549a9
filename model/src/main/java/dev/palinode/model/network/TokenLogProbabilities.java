package dev.palinode.model.network;

import dev.palinode.tensor.DType;
import dev.palinode.tensor.Functional;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import dev.palinode.tensor.autograd.GradientCheckpointing;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Log-probabilities of given tokens, for losses. The logits of many positions over a large
 * vocabulary may take more memory than the rest of the network: they are computed in pieces, and
 * recomputed in the backward pass, so that only one piece exists at a time. A single piece is not
 * recomputed.
 */
public final class TokenLogProbabilities {
  /**
   * Size of a piece's logits, in F32. A batch that fits in one piece needs no second pass through
   * the output head, and small pieces make the products slow (docs/performance.md).
   */
  private static final long PIECE_BYTES = 256L << 20;

  private TokenLogProbabilities() {}

  /**
   * Log-probability of each target under the model's softmax, computed in F32. Forward and backward
   * pass must run in one {@link TensorScope}.
   *
   * @param model with its active adapters
   * @param hidden {@code [n, hidden]}, last hidden states of predicting positions
   * @param targets {@code [n]}, I64, on any device: the next token at each position
   * @return {@code [n]}, F32
   */
  public static Tensor of(Transformer model, Tensor hidden, Tensor targets) {
    return of(model, hidden, targets, PIECE_BYTES);
  }

  static Tensor of(Transformer model, Tensor hidden, Tensor targets, long pieceBytes) {
    long rows = Math.max(1, pieceBytes / ((long) DType.F32.bytes() * model.config().vocabSize()));
    UnaryOperator<Tensor> head = model.head();
    if (hidden.size(0) <= rows) {
      return Functional.logProbabilities(head.apply(hidden), targets);
    }
    List<Tensor> pieces = hidden.split(rows, 0);
    List<Tensor> wanted = targets.split(rows, 0);
    List<Tensor> results = new ArrayList<>();
    GradientCheckpointing recompute = new GradientCheckpointing();
    for (int i = 0; i < pieces.size(); i++) {
      Tensor ids = wanted.get(i);
      results.add(
          recompute.apply(
              states -> Functional.logProbabilities(head.apply(states), ids), pieces.get(i)));
    }
    return Tensors.concatenate(results, 0);
  }
}
