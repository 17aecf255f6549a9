package dev.palinode.training;

/** A run has stopped because it was {@linkplain StopRequest asked to}; a later one resumes it. */
public final class TrainingStoppedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TrainingStoppedException(String message) {
    super(message);
  }
}
