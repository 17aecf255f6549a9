package dev.palinode.training.objective;

import dev.palinode.model.network.SharedPrefixStates;
import dev.palinode.model.network.TokenLogProbabilities;
import dev.palinode.model.network.Transformer;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.Tensors;
import dev.palinode.training.objective.PairLayout.ScoredToken;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

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
 * @param layout the scored tokens
 */
record PairLogProbabilities(
    Tensor chosen,
    Tensor rejected,
    Tensor chosenLengths,
    Tensor rejectedLengths,
    Tensor likelihood,
    Tensor tokens,
    PairLayout layout) {

  /** {@code promptToo}: whether the likelihood term also covers the prompt. */
  static PairLogProbabilities of(Transformer model, List<TokenizedPair> pairs, boolean promptToo) {
    PairLayout layout = new PairLayout(pairs, promptToo);
    Tensor tokens = tokens(model, layout);
    return new PairLogProbabilities(
        sums(tokens, layout, ScoredToken::chosen, pairs.size()),
        sums(tokens, layout, ScoredToken::rejected, pairs.size()),
        lengths(pairs, TokenizedPair::chosen, tokens),
        lengths(pairs, TokenizedPair::rejected, tokens),
        tokens.indexSelect(0, on(tokens, layout.places(ScoredToken::likelihood))).sum(),
        tokens,
        layout);
  }

  private static Tensor tokens(Transformer model, PairLayout layout) {
    SharedPrefixStates states = model.hiddenStates(layout.trees);
    long[] places =
        layout.tokens.stream()
            .mapToLong(token -> states.place(token.pair(), token.suffix(), token.predictor()))
            .toArray();
    long[] targets = layout.tokens.stream().mapToLong(ScoredToken::id).toArray();
    Tensor predicting = states.flat().indexSelect(0, on(states.flat(), places));
    return TokenLogProbabilities.of(model, predicting, on(predicting, targets));
  }

  private static Tensor sums(
      Tensor tokens, PairLayout layout, Predicate<ScoredToken> of, int pairs) {
    long[] owners = layout.tokens.stream().filter(of).mapToLong(ScoredToken::pair).toArray();
    return Tensors.zeros(DType.F32, tokens.device(), pairs)
        .indexAdd(0, on(tokens, owners), tokens.indexSelect(0, on(tokens, layout.places(of))));
  }

  private static Tensor lengths(
      List<TokenizedPair> pairs, Function<TokenizedPair, int[]> answer, Tensor tokens) {
    long[] lengths =
        pairs.stream().mapToLong(pair -> Math.max(1, answer.apply(pair).length)).toArray();
    return on(tokens, lengths).to(DType.F32);
  }

  private static Tensor on(Tensor other, long... values) {
    return Tensors.of(values, values.length).to(other.device());
  }
}
