package dev.palinode.training;

/** Receives the events of a run, on the training thread. */
@FunctionalInterface
public interface TrainingListener {
  /** A step is done. */
  void onStep(StepMetrics metrics);

  /** The mean loss on the validation examples, as objectives define it; progress includes it. */
  default void onValidation(Progress progress, double loss) {}

  /** A run continues from a checkpoint; called before its first step. */
  default void onResume(Progress progress) {}

  /** A run has ended, perhaps before its last step, with its best weights or else the last. */
  default void onEnd(Progress progress, int totalSteps) {}
}
