package dev.palinode.data.pairs;

import dev.palinode.data.record.PreferencePair;
import dev.palinode.data.record.SafetyTriple;
import dev.palinode.guard.Verdict;

/** A preference pair with a judge's verdicts on its two answers. */
public record LabelledPair(PreferencePair pair, Verdict chosen, Verdict rejected) {
  /** Outcome of a labelled pair: kept or dropped, and why. */
  public enum Outcome {
    CHOSEN_IS_SAFE("kept: the chosen answer is safe, the rejected one unsafe"),
    REJECTED_IS_SAFE("kept: the rejected answer is safe, the chosen one unsafe"),
    BOTH_SAFE("dropped: both answers are safe"),
    BOTH_UNSAFE("dropped: both answers are unsafe"),
    UNDECIDED("dropped: the judge was undecided on an answer"),
    FAILED("dropped: the judge gave no verdict on an answer, and may when it is asked again");

    private final String description;

    Outcome(String description) {
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
  }

  /** The outcome of its two verdicts; undecided never counts as safe or unsafe. */
  public Outcome outcome() {
    if (chosen.isFailure() || rejected.isFailure()) {
      return Outcome.FAILED;
    } else if (chosen.label() == Verdict.Label.UNDECIDED
        || rejected.label() == Verdict.Label.UNDECIDED) {
      return Outcome.UNDECIDED;
    } else if (chosen.isUnsafe() == rejected.isUnsafe()) {
      return chosen.isUnsafe() ? Outcome.BOTH_UNSAFE : Outcome.BOTH_SAFE;
    }
    return chosen.isUnsafe() ? Outcome.REJECTED_IS_SAFE : Outcome.CHOSEN_IS_SAFE;
  }

  /**
   * The safe and the unsafe answer, {@code (x, y+, y-)}.
   *
   * @throws IllegalStateException if the pair is not {@linkplain Outcome#isKept kept}
   */
  public SafetyTriple toTriple() {
    return switch (outcome()) {
      case CHOSEN_IS_SAFE -> pair.asSafetyTriple();
      case REJECTED_IS_SAFE ->
          new SafetyTriple(pair.prompt(), pair.opening(), pair.rejected(), pair.chosen());
      default -> throw new IllegalStateException(outcome().description());
    };
  }
}
