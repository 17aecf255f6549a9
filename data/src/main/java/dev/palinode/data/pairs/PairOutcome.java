package dev.palinode.data.pairs;

import dev.palinode.guard.Verdict;

/** Outcome of a labelled pair: kept or dropped, and why. */
public enum PairOutcome {
  CHOSEN_IS_SAFE("kept: the chosen answer is safe, the rejected one unsafe"),
  REJECTED_IS_SAFE("kept: the rejected answer is safe, the chosen one unsafe"),
  BOTH_SAFE("dropped: both answers are safe"),
  BOTH_UNSAFE("dropped: both answers are unsafe"),
  UNDECIDED("dropped: the judge was undecided on an answer"),
  FAILED("dropped: the judge gave no verdict on an answer, and may when it is asked again");

  private final String description;

  PairOutcome(String description) {
    this.description = description;
  }

  /** Human-readable outcome and reason. */
  public String description() {
    return description;
  }

  /** Whether such a pair becomes training data. */
  public boolean isKept() {
    return this == CHOSEN_IS_SAFE || this == REJECTED_IS_SAFE;
  }

  /** The outcome for two verdicts; undecided never counts as safe or unsafe. */
  public static PairOutcome of(Verdict chosen, Verdict rejected) {
    if (chosen.isFailure() || rejected.isFailure()) {
      return FAILED;
    }
    if (chosen.label() == Verdict.Label.UNDECIDED || rejected.label() == Verdict.Label.UNDECIDED) {
      return UNDECIDED;
    }
    if (chosen.isUnsafe() == rejected.isUnsafe()) {
      return chosen.isUnsafe() ? BOTH_UNSAFE : BOTH_SAFE;
    }
    return chosen.isUnsafe() ? REJECTED_IS_SAFE : CHOSEN_IS_SAFE;
  }
}
