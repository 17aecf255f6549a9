package dev.palinode.training.objective;

import org.apache.commons.lang3.Validate;

/**
 * A pair with the reference model's log-probabilities of its answers.
 *
 * @param pair with a rejected answer
 * @param chosen log-probability of the chosen answer under the reference, summed over its tokens
 * @param rejected that of the rejected one
 */
public record ScoredPair(TokenizedPair pair, double chosen, double rejected) {
  public ScoredPair {
    Validate.isTrue(pair.hasRejected(), "this pair has no rejected answer: DPO compares two");
  }
}
