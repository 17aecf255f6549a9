package dev.palinode.demo;

/** Receives the progress of an experiment. Called from several threads. */
@FunctionalInterface
public interface ExperimentProgress {
  /**
   * @param fraction of the work that is done, 0 to 1
   * @param doing the last action, for display
   */
  void advanced(double fraction, String doing);
}
