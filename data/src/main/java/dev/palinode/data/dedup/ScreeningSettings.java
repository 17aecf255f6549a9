package dev.palinode.data.dedup;

import dev.palinode.data.record.Manifest;
import java.util.Optional;

/**
 * What is kept out of training data.
 *
 * @param repetitions similarity from which on a record repeats an earlier one; empty to let
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

  /** States them in a manifest. */
  public void addTo(Manifest manifest) {
    repetitions.ifPresent(each -> manifest.setting("repetitions_from", each.threshold()));
    prompts.ifPresent(
        known ->
            manifest.setting(
                "evaluation_prompts",
                known.sources().values().stream().mapToLong(Integer::longValue).sum()));
  }
}
