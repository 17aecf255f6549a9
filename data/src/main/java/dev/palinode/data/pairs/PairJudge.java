package dev.palinode.data.pairs;

import dev.palinode.guard.Judge;
import org.apache.commons.lang3.Validate;

/**
 * The judge that labels both answers of preference pairs.
 *
 * @param identity everything that the verdicts depend on, for report and manifest
 * @param requests number of answers that are judged concurrently; 1 to {@value #MAX_REQUESTS}
 */
public record PairJudge(Judge judge, String identity, int requests) {
  /** Maximum number of answers that are judged concurrently. */
  public static final int MAX_REQUESTS = 1024;

  public PairJudge {
    boolean isInRange = requests >= 1 && requests <= MAX_REQUESTS;
    Validate.isTrue(isInRange, "requests at once is %s: expected 1 to %s", requests, MAX_REQUESTS);
  }
}
