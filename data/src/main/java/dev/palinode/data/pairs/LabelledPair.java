package dev.palinode.data.pairs;

import dev.palinode.data.record.PreferencePair;
import dev.palinode.data.record.SafetyTriple;
import dev.palinode.guard.Verdict;

/**
 * A preference pair with a judge's verdicts on its two answers.
 *
 * @param pair the preference pair
 * @param chosen the verdict on its chosen answer
 * @param rejected the verdict on its rejected answer
 */
public record LabelledPair(PreferencePair pair, Verdict chosen, Verdict rejected) {
  /** The outcome of its two verdicts. */
  public PairOutcome outcome() {
    return PairOutcome.of(chosen, rejected);
  }

  /**
   * The safe and the unsafe answer, {@code (x, y+, y-)}.
   *
   * @throws IllegalStateException if the pair is not {@linkplain PairOutcome#isKept kept}
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
