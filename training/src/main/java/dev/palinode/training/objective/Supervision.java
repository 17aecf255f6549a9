package dev.palinode.training.objective;

import dev.palinode.token.TokenIds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * How an example becomes training sequences. Models that differ only in this setting differ only in
 * the method.
 */
public enum Supervision {
  /** The safe answer after the prompt: plain SFT, the paper's baseline. */
  PLAIN,

  /**
   * The safe answer, twice if there is an unsafe one: plain SFT with as many sequences, and nearly
   * as many loss tokens, as {@link #BACKTRACKING}.
   */
  PLAIN_MATCHED,

  /**
   * The safe answer after the prompt, and, if there is an unsafe answer, reset token and safe
   * answer after the prompt and a random prefix of the unsafe one (Zhang et al., section 3.1). The
   * prompt and the prefix carry no loss.
   */
  BACKTRACKING,

  /**
   * The sequences of {@link #BACKTRACKING} without the reset token: after a prefix of the unsafe
   * answer the safe one follows directly (the safety recovery examples of Qi et al., 2025, section
   * 3.1). A baseline that shows what the undo itself adds.
   */
  RECOVERY;

  /**
   * The sequences of an example.
   *
   * @param resetId id of the reset token; used by {@link #BACKTRACKING} only
   * @param random draws the length of the unsafe prefix, uniform over 1 to all of its tokens;
   *     exactly one draw per example with an unsafe answer, whatever the method
   */
  public List<SupervisedSequence> sequences(
      TokenizedExample example, int resetId, RandomGenerator random) {
    List<SupervisedSequence> sequences = new ArrayList<>(2);
    sequences.add(completion(example.prompt(), example.safe()));
    if (example.hasUnsafe()) {
      int length = 1 + random.nextInt(example.unsafe().length);
      switch (this) {
        case PLAIN -> {}
        case PLAIN_MATCHED -> sequences.add(sequences.get(0));
        case BACKTRACKING -> sequences.add(backtrack(example, length, resetId));
        case RECOVERY -> sequences.add(recover(example, length));
      }
    }
    return sequences;
  }

  /** {@code prompt . answer}, loss on the answer. */
  public static SupervisedSequence completion(int[] prompt, int[] answer) {
    return new SupervisedSequence(TokenIds.join(prompt, answer), prompt.length);
  }

  /** {@code x . prefix(y-) . R . y+}, loss on {@code R . y+}. */
  public static SupervisedSequence backtrack(
      TokenizedExample example, int prefixLength, int resetId) {
    int[] prefix = Arrays.copyOf(example.unsafe(), prefixLength);
    int[] ids = TokenIds.join(example.prompt(), prefix, new int[] {resetId}, example.safe());
    return new SupervisedSequence(ids, example.prompt().length + prefixLength);
  }

  private static SupervisedSequence recover(TokenizedExample example, int prefixLength) {
    int[] prefix = Arrays.copyOf(example.unsafe(), prefixLength);
    return completion(TokenIds.join(example.prompt(), prefix), example.safe());
  }

  /** Whether training sequences have prefixes of unsafe answers. */
  public boolean usesUnsafe() {
    return this == BACKTRACKING || this == RECOVERY;
  }

  /** Length of the longest sequence that an example may give. */
  public int longest(TokenizedExample example) {
    int plain = example.prompt().length + example.safe().length;
    if (!example.hasUnsafe() || !usesUnsafe()) {
      return plain;
    }
    return plain + example.unsafe().length + (this == BACKTRACKING ? 1 : 0);
  }
}
