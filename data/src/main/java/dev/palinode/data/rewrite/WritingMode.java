package dev.palinode.data.rewrite;

/** How a model is made to go on with an answer that has begun. */
public enum WritingMode {
  /** By its chat template, with the opening as the beginning of its own turn. */
  CHAT,
  /** As a text that it continues ({@link PlainDialogue}): for models without a chat template. */
  COMPLETION
}
