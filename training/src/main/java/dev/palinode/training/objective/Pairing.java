package dev.palinode.training.objective;

import dev.palinode.token.TokenIds;
import java.util.Arrays;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * How an example becomes a DPO pair. {@code x} is its prompt, {@code y+} the safe and {@code y-}
 * the unsafe answer, {@code R} the reset token.
 */
public enum Pairing {
  /** {@code y+} over {@code y-}: the baseline. Utility data gives no pair. */
  PLAIN,

  /**
   * The pairs of backtracking DPO (Zhang et al., section 3.2). An unsafe example either elicits a
   * reset, {@code prefix(y-) . R . y+} over {@code y-}, or discourages a needless one, {@code y+}
   * over {@code prefix(y+) . R . y-}. Utility data discourages: {@code y} over {@code prefix(y) . R
   * . y}.
   */
  BACKTRACKING;

  /**
   * The pair of an example.
   *
   * @param resetId id of the reset token; used by {@link #BACKTRACKING} only
   * @param elicitFraction probability that an unsafe example elicits a reset, 0 to 1; used by
   *     {@link #BACKTRACKING} only
   * @param random exactly two draws per example, whatever the pairing
   * @return empty if the example gives none
   */
  public Optional<TokenizedPair> pair(
      TokenizedExample example, int resetId, double elicitFraction, RandomGenerator random) {
    boolean elicit = random.nextDouble() < elicitFraction;
    double cut = random.nextDouble();
    int[] safe = example.safe();
    int[] endOfTurn = {safe[safe.length - 1]};
    if (!example.hasUnsafe()) {
      return this == PLAIN
          ? Optional.empty()
          : Optional.of(discourage(example.prompt(), safe, safe, resetId, cut));
    }
    int[] unsafe = TokenIds.join(example.unsafe(), endOfTurn);
    if (this == PLAIN) {
      return Optional.of(new TokenizedPair(example.prompt(), safe, unsafe));
    }
    if (!elicit) {
      return Optional.of(discourage(example.prompt(), safe, unsafe, resetId, cut));
    }
    int prefix = prefixLength(example.unsafe().length, cut);
    int[] taken = Arrays.copyOf(unsafe, prefix);
    int[] reset = {resetId};
    return Optional.of(
        new TokenizedPair(example.prompt(), TokenIds.join(taken, reset, safe), unsafe, prefix));
  }

  private static TokenizedPair discourage(
      int[] prompt, int[] safe, int[] afterReset, int resetId, double cut) {
    int[] prefix = Arrays.copyOf(safe, prefixLength(safe.length - 1, cut));
    int[] reset = {resetId};
    return new TokenizedPair(prompt, safe, TokenIds.join(prefix, reset, afterReset));
  }

  /** Uniform over 1 to all tokens; 0 for an empty answer. */
  private static int prefixLength(int tokens, double cut) {
    return tokens == 0 ? 0 : 1 + (int) (cut * tokens);
  }
}
