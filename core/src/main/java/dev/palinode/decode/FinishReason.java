package dev.palinode.decode;

/** Why a generation ended. */
public enum FinishReason {
  /** A stop token was sampled, or a stop text written: the model had nothing more to say. */
  STOP,
  /** The request's token limit or the model's context was reached. */
  LENGTH,
  /**
   * The allowed undos were used up and another was needed, or there was no room to go on after one:
   * the answer is the refusal, which may be empty. {@link GenerationEvent.Finished#detail} says
   * why.
   */
  REFUSED,
  /** The caller gave it up; what was reported until then stays visible. */
  CANCELLED,
  /** The request's time was over; what was reported until then stays visible. */
  DEADLINE
}
