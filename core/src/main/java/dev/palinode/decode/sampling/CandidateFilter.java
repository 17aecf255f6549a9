package dev.palinode.decode.sampling;

/** A step that drops tokens by their weights. */
@FunctionalInterface
interface CandidateFilter {
  /** Sets the weights of what it drops to 0; never that of the heaviest token. */
  void filter(Candidates candidates);
}
