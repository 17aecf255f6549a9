package dev.palinode.data.rewrite;

/** How a model is prompted to continue a partial answer. */
public enum WritingMode {
  /** With its chat template, and the opening as a prefilled assistant turn. */
  CHAT,
  /** As plain text ({@link PlainDialogue}), for models without a chat template. */
  COMPLETION
}
