package dev.palinode.training.objective;

import dev.palinode.model.network.Transformer;
import dev.palinode.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The log-probabilities of answers under DPO's reference model: computed once, before training. */
public final class ReferenceLogProbs {
  private ReferenceLogProbs() {}

  /**
   * Scores pairs, in their order, under a model with its current weights.
   *
   * @param maxTokens tokens in one forward pass; a longer pair has one to itself
   */
  public static List<ScoredPair> of(
      Transformer reference, List<TokenizedPair> pairs, int maxTokens) {
    List<ScoredPair> scored = new ArrayList<>(pairs.size());
    int first = 0;
    while (first < pairs.size()) {
      int end = first;
      long width = 0;
      do {
        width = Math.max(width, pairs.get(end).length());
        end++;
      } while (end < pairs.size()
          && Math.max(width, pairs.get(end).length()) * (end + 1 - first) <= maxTokens);
      scored.addAll(scored(reference, pairs.subList(first, end)));
      first = end;
    }
    return scored;
  }

  private static List<ScoredPair> scored(Transformer reference, List<TokenizedPair> pairs) {
    try (TensorScope scope = TensorScope.withoutGradients()) {
      PairLogProbabilities scores = PairLogProbabilities.of(reference, pairs, false);
      float[] chosen = scores.chosen().toFloats();
      float[] rejected = scores.rejected().toFloats();
      return IntStream.range(0, pairs.size())
          .mapToObj(i -> new ScoredPair(pairs.get(i), chosen[i], rejected[i]))
          .toList();
    }
  }
}
