package dev.palinode.training;

/** Is told of every step; called on the training thread. */
@FunctionalInterface
public interface TrainingListener {
  void onStep(StepMetrics metrics);

  /** This listener, then another. */
  default TrainingListener and(TrainingListener other) {
    return metrics -> {
      onStep(metrics);
      other.onStep(metrics);
    };
  }
}
