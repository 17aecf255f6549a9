package dev.palinode.decode.sampling;

/**
 * Divides logits by a temperature and turns them into weights: {@code e^((logit - largest) /
 * temperature)}, so that the largest weight is 1.
 *
 * @param temperature above 0
 */
record Temperature(double temperature) {
  /**
   * Replaces the candidates' logits by weights.
   *
   * @param largest the largest logit of all
   */
  void weigh(Candidates candidates, float largest) {
    // Kept finite: 0 times infinity would be no number.
    candidates.weigh(largest, Math.min(1 / temperature, Double.MAX_VALUE));
  }
}
