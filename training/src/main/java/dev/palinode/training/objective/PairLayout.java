package dev.palinode.training.objective;

import dev.palinode.model.TokenTree;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the scores of pairs are found in one forward pass, in which what the two answers of a pair
 * have in common is computed once: the prompt, and the tokens that both begin with.
 *
 * <p>Every token to score is listed once, with the position that predicts it; answers are lists of
 * indices into that list, so that a token of both counts in both.
 */
final class PairLayout {
  private static final int FIRST = 0;

  private static final int SECOND = 1;

  final List<TokenTree> trees = new ArrayList<>();
  final List<ScoredToken> tokens = new ArrayList<>();
  final Selection chosen = new Selection();
  final Selection rejected = new Selection();
  final List<Integer> likelihood = new ArrayList<>(); // tokens that carry the likelihood term

  /**
   * A token to score.
   *
   * @param tree the row that it is in, which is the pair's number
   * @param branch which of the row's sequences
   * @param predictor index in the sequence of the position before it
   * @param id the token
   */
  record ScoredToken(int tree, int branch, int predictor, int id) {}

  /** Some of the tokens, each with the pair that it counts for. */
  static final class Selection {
    final List<Integer> tokens = new ArrayList<>();
    final List<Integer> pairs = new ArrayList<>();
    final List<Integer> lengths = new ArrayList<>(); // tokens of each pair

    private void add(int token, int pair) {
      tokens.add(token);
      pairs.add(pair);
    }
  }

  /**
   * @param promptToo the likelihood term runs over the prompt, but for its first token, and over
   *     all of the chosen answer
   */
  PairLayout(List<TokenizedPair> pairs, boolean promptToo) {
    for (int i = 0; i < pairs.size(); i++) {
      add(i, pairs.get(i), promptToo);
    }
  }

  private void add(int index, TokenizedPair pair, boolean promptToo) {
    int[] prompt = pair.prompt();
    int[] chosenIds = pair.chosen();
    int[] rejectedIds = pair.rejected();
    int shared = pair.shared();
    trees.add(tree(pair, shared));
    if (promptToo) {
      for (int i = 1; i < prompt.length; i++) {
        likelihood.add(score(index, FIRST, i - 1, prompt[i]));
      }
    }
    for (int i = 0; i < chosenIds.length; i++) {
      int token = score(index, FIRST, prompt.length + i - 1, chosenIds[i]);
      chosen.add(token, index);
      if (i < shared) {
        rejected.add(token, index);
      }
      if (promptToo || i >= pair.context()) {
        likelihood.add(token);
      }
    }
    for (int i = shared; i < rejectedIds.length; i++) {
      rejected.add(score(index, SECOND, prompt.length + i - 1, rejectedIds[i]), index);
    }
    chosen.lengths.add(chosenIds.length);
    rejected.lengths.add(rejectedIds.length);
  }

  private int score(int row, int of, int before, int id) {
    tokens.add(new ScoredToken(row, of, before, id));
    return tokens.size() - 1;
  }

  /** The row that the model reads; the last token of an answer predicts nothing and is left out. */
  private static TokenTree tree(TokenizedPair pair, int shared) {
    int[] trunk = new int[pair.prompt().length + shared];
    System.arraycopy(pair.prompt(), 0, trunk, 0, pair.prompt().length);
    System.arraycopy(pair.chosen(), 0, trunk, pair.prompt().length, shared);
    List<int[]> branches = new ArrayList<>();
    branches.add(rest(pair.chosen(), shared));
    if (pair.hasRejected()) {
      branches.add(rest(pair.rejected(), shared));
    }
    return new TokenTree(trunk, branches);
  }

  private static int[] rest(int[] answer, int shared) {
    int length = Math.max(0, answer.length - 1 - shared);
    int[] rest = new int[length];
    System.arraycopy(answer, Math.min(shared, answer.length), rest, 0, length);
    return rest;
  }
}
