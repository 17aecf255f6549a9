package dev.palinode.training.objective;

import dev.palinode.model.network.SharedPrefixBatch;
import dev.palinode.token.TokenIds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Layout of the pairs that one forward pass scores. The common prefix of a pair (the prompt, and
 * the tokens that both answers begin with) is computed once. Its answer tokens are listed once and
 * count for both answers.
 */
final class PairLayout {
  /**
   * A token to score.
   *
   * @param pair number of its pair, and of the row that it is in
   * @param suffix which of the row's sequences: 0 chosen, 1 rejected
   * @param predictor index in the sequence of the position before it
   * @param id the token
   * @param chosen whether it counts for the chosen answer
   * @param rejected whether it counts for the rejected one
   * @param likelihood whether it carries the likelihood term
   */
  record ScoredToken(
      int pair,
      int suffix,
      int predictor,
      int id,
      boolean chosen,
      boolean rejected,
      boolean likelihood) {}

  final List<SharedPrefixBatch> trees = new ArrayList<>();
  final List<ScoredToken> tokens = new ArrayList<>();

  /** {@code promptToo}: the likelihood term covers prompt, except its first token, and answer. */
  PairLayout(List<TokenizedPair> pairs, boolean promptToo) {
    for (int i = 0; i < pairs.size(); i++) {
      add(i, pairs.get(i), promptToo);
    }
  }

  private void add(int number, TokenizedPair pair, boolean promptToo) {
    int[] first = TokenIds.join(pair.prompt(), pair.chosen());
    int[] second = TokenIds.join(pair.prompt(), pair.rejected());
    int prompt = pair.prompt().length;
    int shared = prompt + pair.shared();
    trees.add(
        SharedPrefixBatch.joining(
            pair.hasRejected()
                ? List.of(withoutLast(first), withoutLast(second))
                : List.of(withoutLast(first))));
    for (int i = promptToo ? 1 : prompt; i < first.length; i++) {
      boolean learnt = promptToo || i >= prompt + pair.context();
      tokens.add(
          new ScoredToken(
              number, 0, i - 1, first[i], i >= prompt, i >= prompt && i < shared, learnt));
    }
    for (int i = shared; i < second.length; i++) {
      tokens.add(new ScoredToken(number, 1, i - 1, second[i], false, true, false));
    }
  }

  /** Input of the model: the last token of an answer predicts nothing. */
  private static int[] withoutLast(int[] ids) {
    return Arrays.copyOf(ids, ids.length - 1);
  }

  /** Indices of the tokens that match. */
  long[] places(Predicate<ScoredToken> of) {
    return IntStream.range(0, tokens.size())
        .filter(i -> of.test(tokens.get(i)))
        .asLongStream()
        .toArray();
  }
}
