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
    double inverse = Math.min(1 / temperature, Double.MAX_VALUE);
    float[] weights = candidates.weights();
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) FastExp.of(((double) weights[i] - largest) * inverse);
    }
  }
}
