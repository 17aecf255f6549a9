package dev.palinode.decode.undo;

/** Who took text back. */
public enum UndoCause {
  /** The model sampled its reset token. */
  RESET,
  /** A guard called the text unsafe. */
  GUARD,
  /** The generation was cut off before its guards had seen its end. */
  UNCHECKED
}
