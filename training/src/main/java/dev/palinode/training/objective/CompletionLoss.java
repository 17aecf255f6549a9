package dev.palinode.training.objective;

import dev.palinode.model.network.TokenLogProbabilities;
import dev.palinode.model.network.Transformer;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.Tensors;
import java.util.List;
import java.util.Map;

/**
 * Negative log-likelihood of the supervised tokens, mean per token over the batch. On backtracking
 * sequences this is the loss of backtracking SFT (Zhang et al., equation 1).
 *
 * <p>Logits are computed for supervised positions only: a large vocabulary costs nothing where
 * there is no loss.
 */
public final class CompletionLoss implements Objective<SupervisedSequence> {
  @Override
  public int length(SupervisedSequence sequence) {
    return sequence.ids().length;
  }

  @Override
  public BatchTotals totals(List<SupervisedSequence> batch) {
    return new BatchTotals(batch.stream().mapToLong(SupervisedSequence::supervisedTokens).sum(), 0);
  }

  @Override
  public PartialLoss partialLoss(
      Transformer model, List<SupervisedSequence> sequences, BatchTotals totals) {
    Tensor sum = logProbabilities(model, sequences).sum();
    return new PartialLoss(sum.times(-1.0 / totals.tokens()), Map.of());
  }

  /** Log-probability of every supervised token, in order, {@code [tokens]}. */
  static Tensor logProbabilities(Transformer model, List<SupervisedSequence> sequences) {
    // The last token is no input: nothing is predicted after it.
    int columns = sequences.stream().mapToInt(s -> s.ids().length - 1).max().orElseThrow();
    int supervised = sequences.stream().mapToInt(SupervisedSequence::supervisedTokens).sum();
    long[] read = new long[sequences.size() * columns];
    long[] places = new long[supervised]; // in the flattened batch, of the predicting positions
    long[] targets = new long[supervised];
    int next = 0;
    for (int row = 0; row < sequences.size(); row++) {
      int[] ids = sequences.get(row).ids();
      for (int i = 0; i < ids.length - 1; i++) {
        read[row * columns + i] = ids[i];
      }
      for (int i = sequences.get(row).lossStart(); i < ids.length; i++) {
        places[next] = (long) row * columns + i - 1;
        targets[next++] = ids[i];
      }
    }
    Tensor hidden =
        model.hiddenStates(Tensors.of(read, sequences.size(), columns).to(model.device()));
    Tensor predicting =
        hidden
            .reshape((long) sequences.size() * columns, model.config().hiddenSize())
            .indexSelect(0, Tensors.of(places, supervised).to(model.device()));
    return TokenLogProbabilities.of(
        model, predicting, Tensors.of(targets, supervised).to(model.device()));
  }
}
