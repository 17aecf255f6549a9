package dev.palinode.training.objective;

import dev.palinode.model.BranchedStates;
import dev.palinode.model.TokenLogProbabilities;
import dev.palinode.model.Transformer;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.Tensors;
import java.util.List;

/**
 * The log-probabilities of the answers of some pairs under a model, differentiable, from one
 * forward pass ({@link PairLayout}). F32.
 *
 * @param chosen sums over the tokens of the chosen answers, {@code [pairs]}
 * @param rejected those of the rejected ones, {@code [pairs]}; 0 where there is none
 * @param chosenLengths tokens of the chosen answers, {@code [pairs]}, F32
 * @param rejectedLengths those of the rejected ones, {@code [pairs]}, F32; 1 where there is none
 * @param likelihood sum over all tokens that carry the likelihood term, a scalar
 * @param tokens of every scored token of {@code layout}, {@code [tokens]}
 * @param layout which they are
 */
record PairLogProbabilities(
    Tensor chosen,
    Tensor rejected,
    Tensor chosenLengths,
    Tensor rejectedLengths,
    Tensor likelihood,
    Tensor tokens,
    PairLayout layout) {

  /**
   * @param promptToo the likelihood term runs over the prompt, too
   */
  static PairLogProbabilities of(Transformer model, List<TokenizedPair> pairs, boolean promptToo) {
    PairLayout layout = new PairLayout(pairs, promptToo);
    Tensor tokens = tokens(model, layout);
    return new PairLogProbabilities(
        sums(tokens, layout.chosen, pairs.size()),
        sums(tokens, layout.rejected, pairs.size()),
        lengths(layout.chosen).to(tokens.device()),
        lengths(layout.rejected).to(tokens.device()),
        tokens.indexSelect(0, indices(layout.likelihood).to(tokens.device())).sum(),
        tokens,
        layout);
  }

  private static Tensor tokens(Transformer model, PairLayout layout) {
    BranchedStates states = model.hiddenStates(layout.trees);
    long[] places = new long[layout.tokens.size()];
    long[] targets = new long[places.length];
    for (int i = 0; i < places.length; i++) {
      PairLayout.ScoredToken token = layout.tokens.get(i);
      places[i] = states.place(token.tree(), token.branch(), token.predictor());
      targets[i] = token.id();
    }
    Tensor predicting =
        states.flat().indexSelect(0, Tensors.of(places, places.length).to(model.device()));
    return TokenLogProbabilities.of(
        model, predicting, Tensors.of(targets, targets.length).to(model.device()));
  }

  private static Tensor sums(Tensor tokens, PairLayout.Selection selection, int pairs) {
    return Tensors.zeros(DType.F32, tokens.device(), pairs)
        .indexAdd(
            0,
            indices(selection.pairs).to(tokens.device()),
            tokens.indexSelect(0, indices(selection.tokens).to(tokens.device())));
  }

  private static Tensor lengths(PairLayout.Selection selection) {
    float[] lengths = new float[selection.lengths.size()];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = Math.max(1, selection.lengths.get(i));
    }
    return Tensors.of(lengths, lengths.length);
  }

  private static Tensor indices(List<Integer> values) {
    return Tensors.of(values.stream().mapToLong(Integer::longValue).toArray(), values.size());
  }
}
