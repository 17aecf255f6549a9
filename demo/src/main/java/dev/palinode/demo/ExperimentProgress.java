package dev.palinode.demo;

/** Is told how far an experiment has come. Called from several threads. */
@FunctionalInterface
public interface ExperimentProgress {
  /**
   * @param share of the work that is done, 0 to 1
   * @param doing what has just been done, for people
   */
  void advanced(double share, String doing);
}
