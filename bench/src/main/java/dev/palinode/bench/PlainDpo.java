package dev.palinode.bench;

import dev.palinode.model.network.Transformer;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.Functional;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import dev.palinode.token.TokenIds;
import dev.palinode.training.objective.BatchTotals;
import dev.palinode.training.objective.Objective;
import dev.palinode.training.objective.PartialLoss;
import dev.palinode.training.objective.TokenizedPair;
import java.util.List;
import java.util.Map;

/**
 * Direct preference optimisation as it is usually implemented, for comparison: each answer with its
 * prompt in its own row, the reference model run in every step, logits at all positions.
 */
final class PlainDpo implements Objective<TokenizedPair> {
  private final Transformer reference;
  private final double beta;

  PlainDpo(Transformer reference, double beta) {
    this.reference = reference;
    this.beta = beta;
  }

  @Override
  public int length(TokenizedPair pair) {
    return 2 * pair.prompt().length + pair.chosen().length + pair.rejected().length;
  }

  @Override
  public BatchTotals totals(List<TokenizedPair> batch) {
    return new BatchTotals(0, batch.size());
  }

  @Override
  public PartialLoss partialLoss(Transformer model, List<TokenizedPair> pairs, BatchTotals totals) {
    Tensor ratios = answers(model, pairs).minus(ofReference(pairs));
    int count = pairs.size();
    Tensor logits = ratios.narrow(0, 0, count).minus(ratios.narrow(0, count, count)).times(beta);
    Tensor loss = Functional.logSigmoid(logits).sum().times(-1.0 / totals.pairs());
    return new PartialLoss(loss, Map.of());
  }

  private Tensor ofReference(List<TokenizedPair> pairs) {
    float[] scores;
    try (TensorScope scope = TensorScope.withoutGradients()) {
      scores = answers(reference, pairs).toFloats();
    }
    return Tensors.of(scores, scores.length);
  }

  /** Log-probabilities of the chosen answers, then of the rejected ones, {@code [2 * pairs]}. */
  private static Tensor answers(Transformer model, List<TokenizedPair> pairs) {
    int rows = 2 * pairs.size();
    int columns = pairs.stream().mapToInt(PlainDpo::longest).max().orElseThrow();
    long[] ids = new long[rows * columns];
    long[] targets = new long[rows * columns]; // targets[i] is ids[i + 1]; none at the end
    float[] counted = new float[rows * columns];
    for (int row = 0; row < rows; row++) {
      TokenizedPair pair = pairs.get(row % pairs.size());
      int[] answer = row < pairs.size() ? pair.chosen() : pair.rejected();
      int[] sequence = TokenIds.join(pair.prompt(), answer);
      for (int i = 0; i < sequence.length; i++) {
        int place = row * columns + i;
        ids[place] = sequence[i];
        if (i > 0) {
          targets[place - 1] = sequence[i];
          counted[place - 1] = i < pair.prompt().length ? 0 : 1;
        }
      }
    }
    Tensor hidden = model.hiddenStates(Tensors.of(ids, rows, columns));
    Tensor logits = model.logits(hidden).reshape(ids.length, model.config().vocabSize());
    Tensor scores = Functional.logProbabilities(logits, Tensors.of(targets, targets.length));
    Tensor ones = Tensors.full(1, DType.F32, columns, 1);
    return scores
        .times(Tensors.of(counted, counted.length))
        .reshape(rows, columns)
        .matmul(ones)
        .reshape(rows);
  }

  private static int longest(TokenizedPair pair) {
    return pair.prompt().length + Math.max(pair.chosen().length, pair.rejected().length);
  }
}
