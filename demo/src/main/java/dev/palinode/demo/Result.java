package dev.palinode.demo;

import dev.palinode.evaluation.EvaluationRun;
import java.util.Map;

/**
 * The answers of one row of an experiment's table, with one seed.
 *
 * @param runs by name of the prompt set
 * @param <R> the rows of the table
 */
public record Result<R extends Enum<R>>(long seed, R row, Map<String, EvaluationRun> runs) {
  public Result {
    runs = Map.copyOf(runs);
  }
}
