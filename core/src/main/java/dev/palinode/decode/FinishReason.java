package dev.palinode.decode;

/** Why a generation ended. */
public enum FinishReason {
  /** A stop token was sampled, or a stop text was generated. */
  STOP,
  /** The request's token limit or the model's context was reached. */
  LENGTH,
  /**
   * The allowed undos were used up and another was needed, or there was no room to go on after one:
   * the answer is the refusal, which may be empty. See {@link GenerationEvent.Finished#detail}.
   */
  REFUSED,
  /** The caller cancelled it; tokens reported until then stay visible. */
  CANCELLED,
  /** The request's time limit was reached; tokens reported until then stay visible. */
  DEADLINE
}
