package dev.palinode.data.dedup;

import dev.palinode.data.record.Manifest;
import java.util.Optional;

/**
 * Settings for filtering training data.
 *
 * @param repetitions when a record is a duplicate of an earlier one; empty to allow duplicates
 * @param prompts evaluation prompts that no record may contain; empty to allow them
 */
public record ScreeningSettings(
    Optional<Similarity> repetitions, Optional<EvaluationPrompts> prompts) {
  /** Filters nothing. */
  public static final ScreeningSettings NONE =
      new ScreeningSettings(Optional.empty(), Optional.empty());

  /** Filters duplicates and the prompts of public benchmarks. */
  public static ScreeningSettings standard() {
    return new ScreeningSettings(
        Optional.of(Similarity.DEFAULT), Optional.of(FingerprintFile.publicBenchmarks()));
  }

  /** Adds the settings to a manifest. */
  public void addTo(Manifest manifest) {
    repetitions.ifPresent(each -> manifest.setting("repetitions_from", each.threshold()));
    prompts.ifPresent(
        known ->
            manifest.setting(
                "evaluation_prompts",
                known.sources().values().stream().mapToLong(Integer::longValue).sum()));
  }
}
