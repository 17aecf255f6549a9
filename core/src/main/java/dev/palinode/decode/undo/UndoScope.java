package dev.palinode.decode.undo;

/** How much of the visible text an undo withdraws. */
public sealed interface UndoScope {
  /** All of it, as in the paper. */
  UndoScope EVERYTHING = new Everything();

  /** All of it. */
  record Everything() implements UndoScope {}

  /**
   * The last tokens (Sel et al., Backtracking for Safety).
   *
   * @param count at least 1; if fewer are visible, all of them
   */
  record LastTokens(int count) implements UndoScope {
    public LastTokens {
      if (count < 1) {
        throw new IllegalArgumentException("an undo of " + count + " tokens: expected 1 or more");
      }
    }
  }

  /**
   * The sentence that the last token belongs to: back to the end of the sentence before it. A token
   * that holds the end of one sentence and the beginning of the next goes too.
   */
  record LastSentence() implements UndoScope {}
}
