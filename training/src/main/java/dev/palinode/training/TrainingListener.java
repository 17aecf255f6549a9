package dev.palinode.training;

/** Receives the events of a run, on the training thread. */
@FunctionalInterface
public interface TrainingListener {
  /** A step is done. */
  void onStep(StepMetrics metrics);

  /**
   * The loss on the validation examples.
   *
   * @param progress including this loss
   * @param loss mean, as the objective defines it
   */
  default void onValidation(Progress progress, double loss) {}

  /** A run continues from a checkpoint; called before its first step. */
  default void onResume(Progress progress) {}

  /**
   * A run has ended, perhaps before its last step.
   *
   * @param progress at the end; the weights are its best ones, or those of its last step if there
   *     are none
   */
  default void onEnd(Progress progress, int totalSteps) {}

  /** This listener, then another. */
  default TrainingListener and(TrainingListener other) {
    TrainingListener first = this;
    return new TrainingListener() {
      @Override
      public void onStep(StepMetrics metrics) {
        first.onStep(metrics);
        other.onStep(metrics);
      }

      @Override
      public void onValidation(Progress progress, double loss) {
        first.onValidation(progress, loss);
        other.onValidation(progress, loss);
      }

      @Override
      public void onResume(Progress progress) {
        first.onResume(progress);
        other.onResume(progress);
      }

      @Override
      public void onEnd(Progress progress, int totalSteps) {
        first.onEnd(progress, totalSteps);
        other.onEnd(progress, totalSteps);
      }
    };
  }
}
