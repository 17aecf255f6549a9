package dev.palinode.demo;

import dev.palinode.evaluation.EvaluationRun;
import java.util.Map;

/**
 * The answers of one row of an experiment's table, with one seed.
 *
 * @param row id of the row
 * @param runs by name of the prompt set
 */
public record Result(long seed, String row, Map<String, EvaluationRun> runs) {
  public Result {
    runs = Map.copyOf(runs);
  }
}
