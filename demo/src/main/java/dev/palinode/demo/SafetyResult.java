package dev.palinode.demo;

import dev.palinode.evaluation.EvaluationRun;
import java.util.Map;

/**
 * What one model of one seed did.
 *
 * @param runs by name of the prompt set
 */
public record SafetyResult(long seed, SafetyRow row, Map<String, EvaluationRun> runs) {
  public SafetyResult {
    runs = Map.copyOf(runs);
  }
}
