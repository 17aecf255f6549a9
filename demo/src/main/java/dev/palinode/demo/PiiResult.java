package dev.palinode.demo;

import dev.palinode.evaluation.EvaluationRun;
import java.util.Map;

/**
 * What one row of one seed did.
 *
 * @param runs by name of the prompt set; sets sampled at temperature 1 are {@link #sampled named}
 *     so
 */
public record PiiResult(long seed, PiiRow row, Map<String, EvaluationRun> runs) {
  public PiiResult {
    runs = Map.copyOf(runs);
  }

  /** Name of a prompt set when it is sampled at temperature 1; greedy sets have their own name. */
  static String sampled(String set) {
    return set + "-t1";
  }
}
