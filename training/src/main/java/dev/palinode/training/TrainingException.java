package dev.palinode.training;

/** Training cannot go on; the model is as it was after the last good step. */
public final class TrainingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public TrainingException(String message) {
    super(message);
  }
}
