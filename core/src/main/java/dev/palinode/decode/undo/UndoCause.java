package dev.palinode.decode.undo;

/** The cause of an undo. */
public enum UndoCause {
  /** The model sampled its reset token. */
  RESET,
  /** A guard called the text unsafe. */
  GUARD,
  /** The generation was cut off before its guards had approved its end. */
  UNCHECKED
}
