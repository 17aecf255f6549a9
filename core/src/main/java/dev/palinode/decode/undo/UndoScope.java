package dev.palinode.decode.undo;

import org.apache.commons.lang3.Validate;

/** How much of the visible text an undo withdraws. */
public sealed interface UndoScope {
  /** All of it, as in the paper. */
  UndoScope EVERYTHING = new Everything();

  /** All of it. */
  record Everything() implements UndoScope {
    @Override
    public String toString() {
      return "everything";
    }
  }

  /**
   * The last tokens (Sel et al., Backtracking for Safety).
   *
   * @param count at least 1; all tokens if fewer are visible
   */
  record LastTokens(int count) implements UndoScope {
    public LastTokens {
      Validate.isTrue(count >= 1, "an undo of %s tokens: expected 1 or more", count);
    }

    @Override
    public String toString() {
      return "last " + count + " tokens";
    }
  }

  /**
   * The last sentence: back to the end of the one before it. A token that contains the end of one
   * sentence and the beginning of the next is withdrawn too.
   */
  record LastSentence() implements UndoScope {
    @Override
    public String toString() {
      return "last sentence";
    }
  }
}
