package dev.palinode.data.dedup;

import dev.palinode.data.record.Manifest;
import java.util.Optional;

/**
 * Settings for filtering training data.
 *
 * @param duplicateSimilarity least similarity of a record to an earlier one that makes it a
 *     duplicate, as {@link NearDuplicates} measures it; empty to allow duplicates
 * @param prompts evaluation prompts that no record may contain; empty to allow them
 */
public record ScreeningSettings(
    Optional<Double> duplicateSimilarity, Optional<EvaluationPrompts> prompts) {
  public ScreeningSettings {
    duplicateSimilarity.ifPresent(NearDuplicates::checked);
  }

  /** Filters nothing. */
  public static final ScreeningSettings NONE =
      new ScreeningSettings(Optional.empty(), Optional.empty());

  /** Adds the settings to a manifest. */
  public void addTo(Manifest manifest) {
    duplicateSimilarity.ifPresent(each -> manifest.setting("duplicate_similarity", each));
    prompts.ifPresent(
        known ->
            manifest.setting(
                "evaluation_prompts",
                known.sources().values().stream().mapToLong(Integer::longValue).sum()));
  }
}
