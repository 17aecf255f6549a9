package dev.palinode.decode.sampling;

/**
 * Drops tokens of less than {@code p} times the probability of the most likely one (Nguyen et al.,
 * arXiv 2407.01082).
 *
 * @param p above 0, at most 1
 */
record MinP(double p) implements CandidateFilter {
  @Override
  public void filter(Candidates candidates) {
    candidates.dropBelow((float) p); // the heaviest weight is 1
  }
}
