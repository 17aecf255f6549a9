package dev.palinode.training.objective;

/**
 * A pair with the reference model's log-probabilities of its answers.
 *
 * @param pair with a rejected answer
 * @param chosen log-probability of the chosen answer under the reference, summed over its tokens
 * @param rejected that of the rejected one
 */
public record ScoredPair(TokenizedPair pair, double chosen, double rejected) {
  public ScoredPair {
    if (!pair.hasRejected()) {
      throw new IllegalArgumentException("this pair has no rejected answer: DPO compares two");
    }
  }
}
