package dev.palinode.data.screening;

import dev.palinode.data.overlap.EvaluationPrompts;
import dev.palinode.data.overlap.FingerprintFile;
import dev.palinode.data.overlap.Similarity;
import java.util.Optional;

/**
 * What is kept out of training data.
 *
 * @param repetitions from which similarity on a record repeats an earlier one; empty to let
 *     repetitions pass
 * @param prompts evaluation prompts that no record may hold; empty to let them pass
 */
public record ScreeningSettings(
    Optional<Similarity> repetitions, Optional<EvaluationPrompts> prompts) {
  /** Nothing is kept out. */
  public static final ScreeningSettings NONE =
      new ScreeningSettings(Optional.empty(), Optional.empty());

  /** Repetitions and the prompts of public benchmarks are kept out. */
  public static ScreeningSettings standard() {
    return new ScreeningSettings(
        Optional.of(Similarity.DEFAULT), Optional.of(FingerprintFile.publicBenchmarks()));
  }
}
