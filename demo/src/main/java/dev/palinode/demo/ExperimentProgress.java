package dev.palinode.demo;

/** Receives how far an experiment has come. Called from several threads. */
@FunctionalInterface
public interface ExperimentProgress {
  /**
   * @param fraction of the work that is done, 0 to 1
   * @param doing what has just been done, for people
   */
  void advanced(double fraction, String doing);
}
