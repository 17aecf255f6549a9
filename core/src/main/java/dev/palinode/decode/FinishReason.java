package dev.palinode.decode;

/** Why a generation ended. */
public enum FinishReason {
  /** A stop token was sampled: the model had nothing more to say. */
  STOP,
  /** The request's token limit or the model's context was reached. */
  LENGTH
}
